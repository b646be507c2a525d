<?php
/**
 * Configuration of every site in a container; its own values are in the volume.
 *
 * @package portal
 */

define( 'PORTAL_ROOT', '/srv/site' );
$portal = json_decode( (string) file_get_contents( PORTAL_ROOT . '/config/site.json' ), true, 16, JSON_THROW_ON_ERROR );

// Without its tables WordPress would let the first visitor set the site up anew.
if ( 'cli' !== PHP_SAPI && str_ends_with( $_SERVER['SCRIPT_FILENAME'] ?? '', '/wp-admin/install.php' ) ) {
	http_response_code( 404 );
	exit;
}

$portal_asked = strtolower( preg_replace( '/:\d+$/', '', $_SERVER['HTTP_HOST'] ?? '' ) );
$portal_host  = in_array( $portal_asked, $portal['hosts'], true ) ? $portal_asked : $portal['hosts'][0];
if ( 'https' === $portal['scheme'] ) {
	$_SERVER['HTTPS'] = 'on';
}

define( 'PORTAL_PREVIEW', $portal_host === $portal['hosts'][0] );
define( 'PORTAL_STAGING', (bool) $portal['staging'] );
define( 'WP_ENVIRONMENT_TYPE', PORTAL_STAGING ? 'staging' : 'production' );
define( 'WP_HOME', $portal['scheme'] . '://' . $portal_host . ( $portal['port'] ? ':' . $portal['port'] : '' ) );
define( 'WP_SITEURL', WP_HOME );
defined( 'WP_CONTENT_DIR' ) || define( 'WP_CONTENT_DIR', PORTAL_ROOT . '/content/' . $portal['content'] );
define( 'WPMU_PLUGIN_DIR', '/usr/local/lib/portal/mu-plugins' );

define( 'DB_NAME', $portal['database'] );
define( 'DB_USER', $portal['user'] );
define( 'DB_PASSWORD', $portal['password'] );
define( 'DB_HOST', 'localhost:/run/mysqld/mysqld.sock' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = $portal['prefix'];

foreach ( $portal['salts'] as $portal_name => $portal_salt ) {
	define( $portal_name, $portal_salt );
}

// The platform updates the core, drives the clock and lets nothing out.
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_AUTO_UPDATE_CORE', false );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISALLOW_FILE_EDIT', true );
define( 'FS_METHOD', 'direct' );
define( 'WP_MEMORY_LIMIT', '128M' );
define( 'WP_DEBUG', false );

unset( $portal, $portal_asked, $portal_host, $portal_name, $portal_salt );
defined( 'ABSPATH' ) || define( 'ABSPATH', '/srv/wordpress/' );
require_once ABSPATH . 'wp-settings.php';
