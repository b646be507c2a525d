<?php
/**
 * Configuration of every site in a container; its own values are in the volume.
 *
 * @package spotex
 */

define( 'SPOTEX_ROOT', '/srv/site' );
$spotex = json_decode( (string) file_get_contents( SPOTEX_ROOT . '/config/site.json' ), true, 16, JSON_THROW_ON_ERROR );

// Without its tables WordPress would let the first visitor set the site up anew.
if ( 'cli' !== PHP_SAPI && str_ends_with( $_SERVER['SCRIPT_FILENAME'] ?? '', '/wp-admin/install.php' ) ) {
	http_response_code( 404 );
	exit;
}

$spotex_asked = strtolower( preg_replace( '/:\d+$/', '', $_SERVER['HTTP_HOST'] ?? '' ) );
$spotex_host  = in_array( $spotex_asked, $spotex['hosts'], true ) ? $spotex_asked : $spotex['hosts'][0];
if ( 'https' === $spotex['scheme'] ) {
	$_SERVER['HTTPS'] = 'on';
}

define( 'SPOTEX_PREVIEW', $spotex_host === $spotex['hosts'][0] );
define( 'SPOTEX_STAGING', (bool) $spotex['staging'] );
define( 'WP_ENVIRONMENT_TYPE', SPOTEX_STAGING ? 'staging' : 'production' );
define( 'WP_HOME', $spotex['scheme'] . '://' . $spotex_host . ( $spotex['port'] ? ':' . $spotex['port'] : '' ) );
define( 'WP_SITEURL', WP_HOME );
defined( 'WP_CONTENT_DIR' ) || define( 'WP_CONTENT_DIR', SPOTEX_ROOT . '/content/' . $spotex['content'] );
define( 'WPMU_PLUGIN_DIR', '/usr/local/lib/spotex/mu-plugins' );

define( 'DB_NAME', $spotex['database'] );
define( 'DB_USER', $spotex['user'] );
define( 'DB_PASSWORD', $spotex['password'] );
define( 'DB_HOST', 'localhost:/run/mysqld/mysqld.sock' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = $spotex['prefix'];

foreach ( $spotex['salts'] as $spotex_name => $spotex_salt ) {
	define( $spotex_name, $spotex_salt );
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

unset( $spotex, $spotex_asked, $spotex_host, $spotex_name, $spotex_salt );
defined( 'ABSPATH' ) || define( 'ABSPATH', '/srv/wordpress/' );
require_once ABSPATH . 'wp-settings.php';
