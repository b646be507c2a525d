<?php
/**
 * Works on a site's database without WordPress; the task comes as JSON in PORTAL_TASK.
 *
 * Tasks: settle (new addresses, and new values of a spare that got an owner), changes (what is
 * newer than a moment). Answers one line of JSON.
 *
 * @package portal
 */

if ( 'cli' !== PHP_SAPI ) {
	exit( 1 );
}
require __DIR__ . '/addresses.php';

$portal_wanted = json_decode( (string) getenv( 'PORTAL_TASK' ), true, 8, JSON_THROW_ON_ERROR );
try {
	$portal_site = json_decode( (string) file_get_contents( '/srv/site/config/site.json' ), true, 16, JSON_THROW_ON_ERROR );
	mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
	$portal_base = mysqli_connect( 'localhost', $portal_site['user'], $portal_site['password'], $portal_wanted['database'] );
	$portal_base->set_charset( 'utf8mb4' );
	$portal_tasks = array(
		'settle'  => 'portal_settle',
		'changes' => 'portal_count_changes',
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
 * Gives every value the new addresses, and a spare its owner, in one transaction.
 *
 * @param mysqli $base   The database.
 * @param array  $wanted rule (see Portal_Addresses), and for a spare prefix, title, email.
 */
function portal_settle( mysqli $base, array $wanted ): array {
	$base->begin_transaction();
	$count = portal_replace_everywhere( $base, new Portal_Addresses( $wanted['rule'] ) );
	if ( isset( $wanted['title'] ) ) {
		portal_give_owner( $base, $wanted );
	}
	$base->commit();
	return array( 'values' => $count );
}

/**
 * Replaces addresses in all texts of all tables that have a key; returns how many values changed.
 *
 * @param mysqli           $base The database.
 * @param Portal_Addresses $rule What to replace.
 */
function portal_replace_everywhere( mysqli $base, Portal_Addresses $rule ): int {
	$count = 0;
	foreach ( array_column( $base->query( 'SHOW TABLES' )->fetch_all(), 0 ) as $table ) {
		$keys = array_column( $base->query( 'SHOW KEYS FROM ' . portal_quote( $table ) . " WHERE Key_name = 'PRIMARY'" )->fetch_all( MYSQLI_ASSOC ), 'Column_name' );
		if ( ! $keys ) {
			continue;
		}
		$rows = $base->query( 'SELECT * FROM ' . portal_quote( $table ) );
		foreach ( $rows as $row ) {
			$changed = array();
			foreach ( $row as $column => $value ) {
				if ( is_string( $value ) && $rule->replace( $value ) !== $value ) {
					$changed[ $column ] = $rule->replace( $value );
				}
			}
			$count += $changed ? portal_write_row( $base, $table, $changed, array_intersect_key( $row, array_flip( $keys ) ) ) : 0;
		}
		$rows->free();
	}
	return $count;
}

/**
 * Writes the changed values of one row and returns their number.
 *
 * @param mysqli $base    The database.
 * @param string $table   Its table.
 * @param array  $changed New values by column.
 * @param array  $key     The row's key by column.
 */
function portal_write_row( mysqli $base, string $table, array $changed, array $key ): int {
	$equals = fn( $column ) => portal_quote( $column ) . ' = ?';
	$sets   = implode( ', ', array_map( $equals, array_keys( $changed ) ) );
	$where  = implode( ' AND ', array_map( $equals, array_keys( $key ) ) );
	$base->execute_query( 'UPDATE ' . portal_quote( $table ) . " SET $sets WHERE $where", array( ...array_values( $changed ), ...array_values( $key ) ) );
	return count( $changed );
}

/**
 * Returns a name as SQL reads it.
 *
 * @param string $name Of a table or column.
 */
function portal_quote( string $name ): string {
	return '`' . str_replace( '`', '``', $name ) . '`';
}

/**
 * Gives a spare its title and administrator; the password is known to nobody.
 *
 * @param mysqli $base   The database.
 * @param array  $wanted prefix, title, email.
 */
function portal_give_owner( mysqli $base, array $wanted ): void {
	$options = portal_quote( $wanted['prefix'] . 'options' );
	$users   = portal_quote( $wanted['prefix'] . 'users' );
	$title   = htmlspecialchars( $wanted['title'], ENT_QUOTES, 'UTF-8', false ); // As WordPress stores it.
	if ( ! $base->query( "SELECT 1 FROM $options WHERE option_name = 'blogname'" )->num_rows ) {
		throw new RuntimeException( 'the database lacks the title' );
	}
	foreach ( array( 'blogname' => $title, 'admin_email' => $wanted['email'], 'new_admin_email' => $wanted['email'] ) as $name => $value ) {
		$base->execute_query( "UPDATE $options SET option_value = ? WHERE option_name = ?", array( $value, $name ) );
	}
	$base->execute_query(
		"UPDATE $users SET user_email = ?, user_pass = ?, user_activation_key = '', user_registered = UTC_TIMESTAMP()
			WHERE ID = ( SELECT option_value FROM $options WHERE option_name = 'portal_administrator' )",
		array( $wanted['email'], password_hash( bin2hex( random_bytes( 32 ) ), PASSWORD_BCRYPT, array( 'cost' => 8 ) ) )
	);
}

/**
 * Counts what is newer than a moment.
 *
 * @param mysqli $base   The database.
 * @param array  $wanted prefix, since (UTC, as WordPress writes it).
 */
function portal_count_changes( mysqli $base, array $wanted ): array {
	$have  = array_column( $base->query( 'SHOW TABLES' )->fetch_all(), 0 );
	$count = function ( string $table, string $where ) use ( $base, $wanted, $have ): int {
		$name = $wanted['prefix'] . $table;
		if ( ! in_array( $name, $have, true ) ) {
			return 0;
		}
		$found = $base->execute_query( 'SELECT COUNT(*) FROM ' . portal_quote( $name ) . " WHERE $where", array( $wanted['since'] ) );
		return (int) $found->fetch_row()[0];
	};
	$orders = $count( 'posts', "post_modified_gmt > ? AND post_type = 'shop_order' AND post_status <> 'auto-draft'" );
	return array(
		'posts'    => $count( 'posts', "post_modified_gmt > ? AND post_status <> 'auto-draft' AND post_type NOT IN ( 'revision', 'shop_order', 'shop_order_refund', 'shop_order_placehold', 'customize_changeset', 'oembed_cache' )" ),
		'comments' => $count( 'comments', "comment_date_gmt > ? AND comment_type <> 'order_note'" ),
		'users'    => $count( 'users', 'user_registered > ?' ),
		'orders'   => max( $orders, $count( 'wc_orders', 'date_updated_gmt > ?' ) ),
	);
}
