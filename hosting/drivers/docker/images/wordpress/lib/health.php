<?php
/**
 * Answers 200 when PHP runs and the site's database lets it in, else 503.
 *
 * @package portal
 */

mysqli_report( MYSQLI_REPORT_OFF );
$portal = json_decode( (string) @file_get_contents( '/srv/site/config/site.json' ), true );
$link   = is_array( $portal )
	? @mysqli_connect( 'localhost', $portal['user'], $portal['password'], $portal['database'] )
	: false;
header( 'Content-Type: text/plain' );
http_response_code( $link ? 200 : 503 );
echo $link ? "ok\n" : "the database does not let the site in\n";
