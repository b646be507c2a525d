<?php
/**
 * Installs WordPress without its web wizard: php install.php < values.json
 *
 * Works in a database file of its own (database_file) and renames it when all went well, so a site
 * is either wholly installed or not at all. Sees delivered content only (content_dir): nothing that
 * lies in the site's wp-content is loaded. Answers one line of JSON.
 *
 * @package portal
 */

if ( 'cli' !== PHP_SAPI ) {
	exit( 1 );
}

$portal_wanted = json_decode( stream_get_contents( STDIN ), true, 8, JSON_THROW_ON_ERROR );

define( 'DB_FILE', $portal_wanted['database_file'] );
define( 'SQLITE_JOURNAL_MODE', 'MEMORY' );
define( 'WP_INSTALLING', true );
define( 'WP_CONTENT_DIR', $portal_wanted['content_dir'] );
$_SERVER += array(
	'HTTP_HOST'       => $portal_wanted['host'],
	'SERVER_NAME'     => $portal_wanted['host'],
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
function portal_give_up( string $detail ): void {
	echo wp_json_encode( array( 'ok' => false, 'detail' => $detail ) ), "\n";
	exit( 1 );
}

add_filter( 'pre_wp_mail', '__return_true' ); // No mail from the installer.

$portal_locale = in_array( $portal_wanted['locale'], get_available_languages(), true ) ? $portal_wanted['locale'] : '';
if ( $portal_locale ) {
	load_default_textdomain( $portal_locale );
	$GLOBALS['wp_locale'] = new WP_Locale();
}

$portal_made = wp_install(
	$portal_wanted['title'],
	$portal_wanted['user'],
	$portal_wanted['email'],
	true,
	'',
	bin2hex( random_bytes( 32 ) ), // Known to nobody: people enter by one-time links.
	$portal_locale
);
if ( is_wp_error( $portal_made ) ) {
	portal_give_up( $portal_made->get_error_message() );
}

update_option( 'permalink_structure', '/%postname%/' );
update_option( 'portal_administrator', (int) $portal_made['user_id'] );
if ( 'it_IT' === $portal_locale ) {
	update_option( 'timezone_string', 'Europe/Rome' );
}
flush_rewrite_rules( false );

if ( get_option( 'blogname' ) === '' || ! get_userdata( (int) $portal_made['user_id'] ) ) {
	portal_give_up( 'the database lacks the title or the administrator' );
}
if ( file_exists( DB_DIR . 'site.sqlite' ) || ! rename( DB_DIR . DB_FILE, DB_DIR . 'site.sqlite' ) ) {
	portal_give_up( 'the database was not written' );
}
echo wp_json_encode(
	array(
		'ok'      => true,
		'version' => $GLOBALS['wp_version'],
		'locale'  => $portal_locale ? $portal_locale : 'en_US',
	)
), "\n";
