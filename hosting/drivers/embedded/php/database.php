<?php
/**
 * Works on a site's database without WordPress: php database.php < values.json
 *
 * Tasks: snapshot (a consistent copy while the site runs), settle (new addresses, and new values of
 * a spare that got an owner), changes (what is newer than a moment). Answers one line of JSON.
 *
 * @package portal
 */

if ( 'cli' !== PHP_SAPI ) {
	exit( 1 );
}
require __DIR__ . '/addresses.php';

$portal_wanted = json_decode( stream_get_contents( STDIN ), true, 8, JSON_THROW_ON_ERROR );
try {
	if ( ! is_file( $portal_wanted['database'] ) ) {
		throw new RuntimeException( 'there is no database' );
	}
	$portal_base = new PDO( 'sqlite:' . $portal_wanted['database'] );
	$portal_base->setAttribute( PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION );
	$portal_base->setAttribute( PDO::ATTR_TIMEOUT, 10 );
	$portal_tasks = array(
		'snapshot' => 'portal_snapshot',
		'settle'   => 'portal_settle',
		'changes'  => 'portal_count_changes',
	);
	$portal_made  = $portal_tasks[ $portal_wanted['task'] ]( $portal_base, $portal_wanted );
	echo json_encode( array( 'ok' => true ) + $portal_made ), "\n";
} catch ( Throwable $portal_error ) {
	echo json_encode(
		array( 'ok' => false, 'detail' => $portal_error->getMessage() ),
		JSON_INVALID_UTF8_SUBSTITUTE
	), "\n";
	exit( 1 );
}

/**
 * Writes a consistent copy of the database.
 *
 * @param PDO   $base   The database.
 * @param array $wanted target (file).
 */
function portal_snapshot( PDO $base, array $wanted ): array {
	if ( file_exists( $wanted['target'] ) ) {
		unlink( $wanted['target'] );
	}
	$base->exec( 'VACUUM INTO ' . $base->quote( $wanted['target'] ) );
	return array( 'bytes' => filesize( $wanted['target'] ) );
}

/**
 * Gives every value the new addresses, and a spare its owner, in one transaction.
 *
 * @param PDO   $base   The database.
 * @param array $wanted rule (see Portal_Addresses), and for a spare prefix, title, email.
 */
function portal_settle( PDO $base, array $wanted ): array {
	$base->beginTransaction();
	$count = portal_replace_everywhere( $base, new Portal_Addresses( $wanted['rule'] ) );
	if ( isset( $wanted['title'] ) ) {
		portal_give_owner( $base, $wanted );
	}
	$base->commit();
	return array( 'values' => $count );
}

/**
 * Replaces addresses in all texts of all tables and returns how many values changed.
 *
 * @param PDO              $base  The database.
 * @param Portal_Addresses $rule What to replace.
 */
function portal_replace_everywhere( PDO $base, Portal_Addresses $rule ): int {
	$tables = $base->query(
		"SELECT name FROM sqlite_master WHERE type = 'table'
			AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_wp\\_sqlite%' ESCAPE '\\'"
	)->fetchAll( PDO::FETCH_COLUMN );
	$count  = 0;
	foreach ( $tables as $table ) {
		$name = '"' . str_replace( '"', '""', $table ) . '"';
		$rows = $base->query( "SELECT rowid AS portal_row, * FROM $name" );
		$new  = array();
		while ( $row = $rows->fetch( PDO::FETCH_ASSOC ) ) {
			$changed = array();
			foreach ( $row as $column => $value ) {
				if ( is_string( $value ) && $rule->replace( $value ) !== $value ) {
					$changed[ $column ] = $rule->replace( $value );
				}
			}
			if ( $changed ) {
				$new[ $row['portal_row'] ] = $changed;
			}
		}
		$rows->closeCursor();
		foreach ( $new as $id => $changed ) {
			$sets = array_map( fn( $column ) => '"' . str_replace( '"', '""', $column ) . '" = ?', array_keys( $changed ) );
			$base->prepare( "UPDATE $name SET " . implode( ', ', $sets ) . ' WHERE rowid = ?' )
				->execute( array( ...array_values( $changed ), $id ) );
			$count += count( $changed );
		}
	}
	return $count;
}

/**
 * Gives a spare its title and administrator; the password is known to nobody.
 *
 * @param PDO   $base   The database.
 * @param array $wanted prefix, title, email.
 */
function portal_give_owner( PDO $base, array $wanted ): void {
	$options = '"' . $wanted['prefix'] . 'options"';
	$users   = '"' . $wanted['prefix'] . 'users"';
	$change  = $base->prepare( "UPDATE $options SET option_value = ? WHERE option_name = ?" );
	$title   = htmlspecialchars( $wanted['title'], ENT_QUOTES, 'UTF-8', false ); // As WordPress stores it.
	$change->execute( array( $title, 'blogname' ) );
	if ( 1 !== $change->rowCount() ) {
		throw new RuntimeException( 'the database lacks the title' );
	}
	foreach ( array( 'admin_email', 'new_admin_email' ) as $name ) {
		$change->execute( array( $wanted['email'], $name ) );
	}
	$base->prepare(
		"UPDATE $users SET user_email = ?, user_pass = ?, user_activation_key = '',
			user_registered = datetime( 'now' )
			WHERE ID = ( SELECT option_value FROM $options WHERE option_name = 'portal_administrator' )"
	)->execute( array( $wanted['email'], password_hash( bin2hex( random_bytes( 32 ) ), PASSWORD_BCRYPT, array( 'cost' => 8 ) ) ) );
}

/**
 * Counts what is newer than a moment.
 *
 * @param PDO   $base   The database.
 * @param array $wanted prefix, since (UTC, as WordPress writes it).
 */
function portal_count_changes( PDO $base, array $wanted ): array {
	$have  = $base->query( "SELECT name FROM sqlite_master WHERE type = 'table'" )->fetchAll( PDO::FETCH_COLUMN );
	$count = function ( string $table, string $where ) use ( $base, $wanted, $have ): int {
		$name = $wanted['prefix'] . $table;
		if ( ! in_array( $name, $have, true ) ) {
			return 0;
		}
		$asked = $base->prepare( "SELECT COUNT(*) FROM \"$name\" WHERE $where" );
		$asked->execute( array( $wanted['since'] ) );
		return (int) $asked->fetchColumn();
	};
	$orders = $count( 'posts', "post_modified_gmt > ? AND post_type = 'shop_order' AND post_status <> 'auto-draft'" );
	return array(
		'posts'    => $count( 'posts', "post_modified_gmt > ? AND post_status <> 'auto-draft' AND post_type NOT IN ( 'revision', 'shop_order', 'shop_order_refund', 'shop_order_placehold', 'customize_changeset', 'oembed_cache' )" ),
		'comments' => $count( 'comments', "comment_date_gmt > ? AND comment_type <> 'order_note'" ),
		'users'    => $count( 'users', 'user_registered > ?' ),
		'orders'   => max( $orders, $count( 'wc_orders', 'date_updated_gmt > ?' ) ),
	);
}
