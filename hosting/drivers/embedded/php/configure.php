<?php
/**
 * Entrance of sites that an older release made: their wp-config.php has another name for its values.
 *
 * @package portal
 */

$portal = $spotex;
require __DIR__ . '/site.php';
unset( $portal );
