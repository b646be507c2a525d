<?php
/**
 * Compiles delivered files into the shared cache without running them: php compile.php < files.json
 *
 * @package portal
 */

if ( 'cli' !== PHP_SAPI ) {
	exit( 1 );
}

$portal_done = 0;
foreach ( json_decode( stream_get_contents( STDIN ), true, 4, JSON_THROW_ON_ERROR ) as $portal_file ) {
	$portal_done += (int) @opcache_compile_file( $portal_file ); // phpcs:ignore -- one less is only slower.
}
echo $portal_done;
