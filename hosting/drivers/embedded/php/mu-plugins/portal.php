<?php
/**
 * Plugin Name: Portal
 * Description: One-time login from the portal; updates of the core are the platform's work.
 *
 * @package portal
 */

defined( 'ABSPATH' ) || exit;

add_action( 'login_form_portal', 'portal_answer_login' );
add_filter( 'map_meta_cap', 'portal_keep_core', 10, 2 );
add_filter( 'pre_site_transient_update_core', 'portal_hide_core_updates' );
add_filter( 'pre_option_blog_public', 'portal_hide_preview' );
add_filter( 'site_status_tests', 'portal_drop_foreign_tests' );
add_action( 'phpmailer_init', 'portal_refuse_local_mail', PHP_INT_MAX );
if ( PORTAL_STAGING ) {
	add_filter( 'pre_wp_mail', '__return_true', PHP_INT_MAX ); // Customers must not hear of a copy.
	add_action( 'send_headers', 'portal_forbid_indexing' );
	add_action( 'admin_notices', 'portal_tell_staging' );
}

/**
 * Refuses updates of the shared, read-only core to everybody.
 *
 * @param string[] $caps What is needed.
 * @param string   $cap  What is asked for.
 */
function portal_keep_core( array $caps, string $cap ): array {
	return 'update_core' === $cap ? array( 'do_not_allow' ) : $caps;
}

/**
 * Lets mail fail in an orderly way where no server for it is configured: mail() does not exist here.
 *
 * @param object $mailer PHPMailer, after everybody had a say.
 */
function portal_refuse_local_mail( object $mailer ): void {
	if ( in_array( $mailer->Mailer, array( 'mail', 'sendmail', 'qmail' ), true ) ) {
		$mailer->isSMTP();
		$mailer->Host = '';
	}
}

/** Says that the core is up to date. */
function portal_hide_core_updates(): object {
	return (object) array(
		'last_checked'    => time(),
		'version_checked' => wp_get_wp_version(),
		'updates'         => array(),
	);
}

/**
 * Keeps search engines away from the preview address.
 *
 * @param mixed $value The stored choice is used elsewhere.
 */
function portal_hide_preview( $value ) {
	return PORTAL_PREVIEW && ! wp_installing() ? '0' : $value;
}

/** Tells search engines to leave a copy alone, whatever they ask for. */
function portal_forbid_indexing(): void {
	header( 'X-Robots-Tag: noindex, nofollow' );
}

/** Tells whoever works here that this is the copy. */
function portal_tell_staging(): void {
	$text = str_starts_with( get_locale(), 'it' )
		? 'Questa è la copia di prova: non invia e-mail e i motori di ricerca non la vedono.'
		: 'This is the staging copy: it sends no mail, and search engines do not see it.';
	printf( '<div class="notice notice-warning"><p>%s</p></div>', esc_html( $text ) );
}

/**
 * Drops health checks that look at things which are the platform's business.
 *
 * @param array $tests WordPress's list.
 */
function portal_drop_foreign_tests( array $tests ): array {
	unset( $tests['async']['background_updates'], $tests['async']['dotorg_communication'] );
	unset( $tests['direct']['scheduled_events'], $tests['direct']['http_requests'] );
	return $tests;
}

/**
 * Logs the owner of a fresh token in. A GET only shows a page that posts the token, so that a mail
 * scanner or a preview does not use the link up.
 */
function portal_answer_login(): void {
	nocache_headers();
	header( 'Referrer-Policy: no-referrer' );
	$token = sanitize_key( wp_unslash( $_REQUEST['token'] ?? '' ) );
	if ( 'POST' !== ( $_SERVER['REQUEST_METHOD'] ?? '' ) ) {
		portal_show_door( portal_find_token( $token ) ? $token : '' );
	}
	if ( ! portal_use_token( $token ) ) {
		portal_show_door( '' );
	}
	$user = get_userdata( (int) get_option( 'portal_administrator' ) );
	if ( ! $user || ! user_can( $user, 'manage_options' ) ) {
		$admins = get_users( array( 'role' => 'administrator', 'number' => 1, 'orderby' => 'ID' ) );
		$user   = $admins ? $admins[0] : null;
	}
	if ( ! $user ) {
		portal_show_door( '' );
	}
	wp_set_auth_cookie( $user->ID, false );
	do_action( 'wp_login', $user->user_login, $user );
	wp_safe_redirect( admin_url() );
	exit;
}

/**
 * Returns the file of a token that is not used and not expired, or null.
 *
 * @param string $token As it came in.
 */
function portal_find_token( string $token ): ?string {
	$file = PORTAL_ROOT . '/login/' . hash( 'sha256', $token );
	$note = strlen( $token ) >= 32 && is_file( $file ) ? json_decode( (string) file_get_contents( $file ), true ) : null;
	return is_array( $note ) && (int) ( $note['expires'] ?? 0 ) > time() ? $file : null;
}

/**
 * Uses a token up; only one of many simultaneous callers gets true.
 *
 * @param string $token As it came in.
 */
function portal_use_token( string $token ): bool {
	$file = portal_find_token( $token );
	return null !== $file && @unlink( $file ); // phpcs:ignore -- the second caller finds nothing.
}

/**
 * Shows the page in front of the dashboard and ends.
 *
 * @param string $token A good token, or nothing for the refusal.
 */
function portal_show_door( string $token ): void {
	$italian = str_starts_with( get_locale(), 'it' );
	$texts   = $italian
		? array(
			'title' => 'Accesso alla bacheca',
			'good'  => 'Stai per entrare come amministratore.',
			'enter' => 'Entra',
			'bad'   => 'Questo collegamento è già stato usato o è scaduto.',
			'again' => 'Torna al portale e chiedine uno nuovo: vale un minuto e una volta sola.',
		)
		: array(
			'title' => 'Dashboard access',
			'good'  => 'You are about to enter as administrator.',
			'enter' => 'Enter',
			'bad'   => 'This link was already used, or it has expired.',
			'again' => 'Go back to the portal and ask for a new one: it is good for one minute and one use.',
		);
	status_header( $token ? 200 : 403 );
	header( 'Content-Type: text/html; charset=utf-8' );
	require __DIR__ . '/portal/door.php';
	exit;
}
