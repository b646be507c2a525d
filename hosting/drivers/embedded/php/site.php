<?php
/**
 * What every site's wp-config.php does with its own values ($portal).
 *
 * @package portal
 */

$portal_scheme = $portal['scheme'];
$portal_port   = $portal['port'] ? ':' . $portal['port'] : '';
$portal_asked  = strtolower( preg_replace( '/:\d+$/', '', $_SERVER['HTTP_HOST'] ?? '' ) );
$portal_host   = in_array( $portal_asked, $portal['hosts'], true ) ? $portal_asked : $portal['hosts'][0];
if ( 'https' === $portal_scheme ) {
	$_SERVER['HTTPS'] = 'on';
}

// Without its tables WordPress would let the first visitor set the site up anew.
if ( 'cli' !== PHP_SAPI && str_ends_with( $_SERVER['SCRIPT_FILENAME'] ?? '', '/wp-admin/install.php' ) ) {
	http_response_code( 404 );
	exit;
}

define( 'PORTAL_ROOT', $portal['root'] );
define( 'PORTAL_STAGING', (bool) $portal['staging'] );
define( 'WP_ENVIRONMENT_TYPE', PORTAL_STAGING ? 'staging' : 'production' );
define( 'PORTAL_PREVIEW', $portal_host === $portal['preview'] );
define( 'WP_HOME', $portal_scheme . '://' . $portal_host . $portal_port );
define( 'WP_SITEURL', WP_HOME );
defined( 'WP_CONTENT_DIR' ) || define( 'WP_CONTENT_DIR', PORTAL_ROOT . '/public/wp-content' );
define( 'WPMU_PLUGIN_DIR', __DIR__ . '/mu-plugins' );

// SQLite instead of a database server; the file lies outside the document root.
define( 'DB_NAME', 'site' );
define( 'DB_USER', '' );
define( 'DB_PASSWORD', '' );
define( 'DB_HOST', '' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
define( 'DB_ENGINE', 'sqlite' );
define( 'DB_DIR', PORTAL_ROOT . '/data/' );
defined( 'DB_FILE' ) || define( 'DB_FILE', 'site.sqlite' );
defined( 'SQLITE_JOURNAL_MODE' ) || define( 'SQLITE_JOURNAL_MODE', 'WAL' );
define( 'PORTAL_SQLITE', $portal['sqlite'] );

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

unset( $portal_scheme, $portal_port, $portal_asked, $portal_host, $portal_name, $portal_salt );
