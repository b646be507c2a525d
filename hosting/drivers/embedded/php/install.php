<?php
/**
 * Installs WordPress without its web wizard: php install.php < values.json
 *
 * Works in a database file of its own (database_file) and renames it when all went well, so a site
 * is either wholly installed or not at all. Sees delivered content only (content_dir): nothing that
 * lies in the site's wp-content is loaded. Answers one line of JSON.
 *
 * @package spotex
 */

if ( 'cli' !== PHP_SAPI ) {
	exit( 1 );
}

$spotex_wanted = json_decode( stream_get_contents( STDIN ), true, 8, JSON_THROW_ON_ERROR );

define( 'DB_FILE', $spotex_wanted['database_file'] );
define( 'SQLITE_JOURNAL_MODE', 'MEMORY' );
define( 'WP_INSTALLING', true );
define( 'WP_CONTENT_DIR', $spotex_wanted['content_dir'] );
$_SERVER += array(
	'HTTP_HOST'       => $spotex_wanted['host'],
	'SERVER_NAME'     => $spotex_wanted['host'],
	'SERVER_PROTOCOL' => 'HTTP/1.1',
	'REQUEST_METHOD'  => 'GET',
	'REQUEST_URI'     => '/',
	'REMOTE_ADDR'     => '127.0.0.1',
);

require ABSPATH . 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

/**
 * Ends the run with a reason.
 *
 * @param string $detail What went wrong.
 */
function spotex_give_up( string $detail ): void {
	echo wp_json_encode( array( 'ok' => false, 'detail' => $detail ) ), "\n";
	exit( 1 );
}

add_filter( 'pre_wp_mail', '__return_true' ); // No mail from the installer.

$spotex_locale = in_array( $spotex_wanted['locale'], get_available_languages(), true ) ? $spotex_wanted['locale'] : '';
if ( $spotex_locale ) {
	load_default_textdomain( $spotex_locale );
	$GLOBALS['wp_locale'] = new WP_Locale();
}

$spotex_made = wp_install(
	$spotex_wanted['title'],
	$spotex_wanted['user'],
	$spotex_wanted['email'],
	true,
	'',
	bin2hex( random_bytes( 32 ) ), // Known to nobody: people enter by one-time links.
	$spotex_locale
);
if ( is_wp_error( $spotex_made ) ) {
	spotex_give_up( $spotex_made->get_error_message() );
}

update_option( 'permalink_structure', '/%postname%/' );
update_option( 'spotex_administrator', (int) $spotex_made['user_id'] );
if ( 'it_IT' === $spotex_locale ) {
	update_option( 'timezone_string', 'Europe/Rome' );
}
flush_rewrite_rules( false );

if ( get_option( 'blogname' ) === '' || ! get_userdata( (int) $spotex_made['user_id'] ) ) {
	spotex_give_up( 'the database lacks the title or the administrator' );
}
if ( file_exists( DB_DIR . 'site.sqlite' ) || ! rename( DB_DIR . DB_FILE, DB_DIR . 'site.sqlite' ) ) {
	spotex_give_up( 'the database was not written' );
}
echo wp_json_encode(
	array(
		'ok'      => true,
		'version' => $GLOBALS['wp_version'],
		'locale'  => $spotex_locale ? $spotex_locale : 'en_US',
	)
), "\n";
