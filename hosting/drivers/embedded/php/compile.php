<?php
/**
 * Compiles delivered files into the shared cache without running them: php compile.php < files.json
 *
 * @package spotex
 */

if ( 'cli' !== PHP_SAPI ) {
	exit( 1 );
}

$spotex_done = 0;
foreach ( json_decode( stream_get_contents( STDIN ), true, 4, JSON_THROW_ON_ERROR ) as $spotex_file ) {
	$spotex_done += (int) @opcache_compile_file( $spotex_file ); // phpcs:ignore -- one less is only slower.
}
echo $spotex_done;
