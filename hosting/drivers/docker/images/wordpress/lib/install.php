<?php
/**
 * Installs WordPress without its web wizard: the values come as JSON in PORTAL_TASK.
 *
 * A run that was interrupted is begun anew: the option portal_administrator is written last, and
 * tables without it are dropped. Sees delivered content only, never what lies in the site's
 * wp-content. Answers one line of JSON.
 *
 * @package portal
 */

if ( 'cli' !== PHP_SAPI ) {
	exit( 1 );
}

/**
 * Says how it went and ends.
 *
 * @param array $answer For the engine.
 */
function portal_answer( array $answer ): void {
	echo json_encode( $answer ), "\n";
	exit( $answer['ok'] ? 0 : 1 );
}

/**
 * Drops the tables of an interrupted run; answers at once when the site is whole.
 *
 * @param array $site Name, user, password and prefix of the database.
 */
function portal_begin_anew( array $site ): void {
	mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
	try {
		$link = mysqli_connect( 'localhost', $site['user'], $site['password'], $site['database'] );
		$like = $link->real_escape_string( str_replace( '_', '\\_', $site['prefix'] ) ) . '%';
		$rows = $link->query( "SHOW TABLES LIKE '$like'" )->fetch_all();
		if ( in_array( array( $site['prefix'] . 'options' ), $rows, true ) ) {
			$done = $link->query( "SELECT 1 FROM `{$site['prefix']}options` WHERE option_name = 'portal_administrator'" );
			if ( $done->num_rows ) {
				portal_answer( array( 'ok' => true, 'already' => true ) );
			}
		}
		foreach ( $rows as $row ) {
			$link->query( "DROP TABLE `{$row[0]}`" );
		}
		$link->close();
	} catch ( mysqli_sql_exception $error ) {
		portal_answer( array( 'ok' => false, 'detail' => $error->getMessage() ) );
	}
}

$portal_site   = json_decode( (string) file_get_contents( '/srv/site/config/site.json' ), true, 16, JSON_THROW_ON_ERROR );
$portal_wanted = json_decode( (string) getenv( 'PORTAL_TASK' ), true, 8, JSON_THROW_ON_ERROR );
portal_begin_anew( $portal_site );

define( 'WP_INSTALLING', true );
define( 'WP_CONTENT_DIR', '/srv/content' );
$_SERVER += array(
	'HTTP_HOST'       => $portal_wanted['host'],
	'SERVER_NAME'     => $portal_wanted['host'],
	'SERVER_PROTOCOL' => 'HTTP/1.1',
	'REQUEST_METHOD'  => 'GET',
	'REQUEST_URI'     => '/',
	'REMOTE_ADDR'     => '127.0.0.1',
);

require '/srv/wordpress/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

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
	portal_answer( array( 'ok' => false, 'detail' => $portal_made->get_error_message() ) );
}
update_option( 'permalink_structure', '/%postname%/' );
if ( 'it_IT' === $portal_locale ) {
	update_option( 'timezone_string', 'Europe/Rome' );
}
flush_rewrite_rules( false );
if ( get_option( 'blogname' ) === '' || ! get_userdata( (int) $portal_made['user_id'] ) ) {
	portal_answer( array( 'ok' => false, 'detail' => 'the database lacks the title or the administrator' ) );
}
update_option( 'portal_administrator', (int) $portal_made['user_id'] );
portal_answer(
	array(
		'ok'      => true,
		'version' => $GLOBALS['wp_version'],
		'locale'  => $portal_locale ? $portal_locale : 'en_US',
	)
);
