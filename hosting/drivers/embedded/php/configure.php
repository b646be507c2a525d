<?php
/**
 * What every site's wp-config.php does with its own values ($spotex).
 *
 * @package spotex
 */

$spotex_scheme = $spotex['scheme'];
$spotex_port   = $spotex['port'] ? ':' . $spotex['port'] : '';
$spotex_asked  = strtolower( preg_replace( '/:\d+$/', '', $_SERVER['HTTP_HOST'] ?? '' ) );
$spotex_host   = in_array( $spotex_asked, $spotex['hosts'], true ) ? $spotex_asked : $spotex['hosts'][0];
if ( 'https' === $spotex_scheme ) {
	$_SERVER['HTTPS'] = 'on';
}

// Without its tables WordPress would let the first visitor set the site up anew.
if ( 'cli' !== PHP_SAPI && str_ends_with( $_SERVER['SCRIPT_FILENAME'] ?? '', '/wp-admin/install.php' ) ) {
	http_response_code( 404 );
	exit;
}

define( 'SPOTEX_ROOT', $spotex['root'] );
define( 'SPOTEX_STAGING', (bool) $spotex['staging'] );
define( 'WP_ENVIRONMENT_TYPE', SPOTEX_STAGING ? 'staging' : 'production' );
define( 'SPOTEX_PREVIEW', $spotex_host === $spotex['preview'] );
define( 'WP_HOME', $spotex_scheme . '://' . $spotex_host . $spotex_port );
define( 'WP_SITEURL', WP_HOME );
defined( 'WP_CONTENT_DIR' ) || define( 'WP_CONTENT_DIR', SPOTEX_ROOT . '/public/wp-content' );
define( 'WPMU_PLUGIN_DIR', __DIR__ . '/mu-plugins' );

// SQLite instead of a database server; the file lies outside the document root.
define( 'DB_NAME', 'site' );
define( 'DB_USER', '' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', '' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'DB_ENGINE', 'sqlite' );
define( 'DB_DIR', SPOTEX_ROOT . '/data/' );
defined( 'DB_FILE' ) || define( 'DB_FILE', 'site.sqlite' );
defined( 'SQLITE_JOURNAL_MODE' ) || define( 'SQLITE_JOURNAL_MODE', 'WAL' );
define( 'SPOTEX_SQLITE', $spotex['sqlite'] );

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

unset( $spotex_scheme, $spotex_port, $spotex_asked, $spotex_host, $spotex_name, $spotex_salt );
