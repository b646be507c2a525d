<?php
/**
 * Database drop-in: hands WordPress over to the shared SQLite driver.
 *
 * @package portal
 */

define( 'SQLITE_DB_DROPIN_VERSION', '1.8.0' );
defined( 'DATABASE_TYPE' ) || define( 'DATABASE_TYPE', 'sqlite' );

require_once PORTAL_SQLITE . '/wp-includes/sqlite/db.php';
