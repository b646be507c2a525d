<?php
/**
 * The page in front of the dashboard: $texts, $token ('' for the refusal), $italian.
 *
 * @package portal
 */

defined( 'ABSPATH' ) || exit;
?>
<!doctype html>
<html lang="<?php echo $italian ? 'it' : 'en'; ?>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title><?php echo esc_html( $texts['title'] . ' · ' . get_bloginfo( 'name' ) ); ?></title>
<style>
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --ink: #16181d; --soft: #5b6270; --line: #e3e6eb; --act: #16181d; --on-act: #fff; }
@media (prefers-color-scheme: dark) { :root { --ground: #101216; --card: #191c22; --ink: #f1f3f6; --soft: #a3abb8; --line: #2a2f38; --act: #f1f3f6; --on-act: #16181d; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; padding: 24px; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 400px; padding: 32px; background: var(--card); border: 1px solid var(--line); border-radius: 16px; }
h1 { margin: 0 0 4px; font-size: 20px; line-height: 1.3; letter-spacing: -.01em; }
p { margin: 0 0 20px; color: var(--soft); }
p:last-child { margin-bottom: 0; }
small { display: block; margin-bottom: 20px; color: var(--soft); font-size: 14px; }
button { width: 100%; min-height: 44px; border: 0; border-radius: 10px; background: var(--act); color: var(--on-act); font: inherit; font-weight: 600; cursor: pointer; }
button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
</style>
</head>
<body>
<main>
	<h1><?php echo esc_html( $texts['title'] ); ?></h1>
	<small><?php bloginfo( 'name' ); ?></small>
	<?php if ( $token ) : ?>
	<p><?php echo esc_html( $texts['good'] ); ?></p>
	<form method="post" action="<?php echo esc_url( site_url( 'wp-login.php?action=portal', 'login_post' ) ); ?>">
		<input type="hidden" name="token" value="<?php echo esc_attr( $token ); ?>">
		<button type="submit"><?php echo esc_html( $texts['enter'] ); ?></button>
	</form>
	<script>document.forms[0].submit();</script>
	<?php else : ?>
	<p><?php echo esc_html( $texts['bad'] ); ?></p>
	<p><?php echo esc_html( $texts['again'] ); ?></p>
	<?php endif; ?>
</main>
</body>
</html>
