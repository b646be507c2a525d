<?php
/**
 * Replaces a site's addresses in stored values without breaking them: serialised values keep
 * right lengths, and escaped, encoded and scheme-less writings are found too.
 *
 * @package portal
 */

final class Portal_Addresses {
	private const DEEPEST = 60;

	private string $pattern;
	private string $scheme;
	private string $host;
	private string $port;
	private array $folders;

	/**
	 * Takes what to look for and what to write.
	 *
	 * @param array $rule hosts (list), port (0 for none), to (scheme, host, port), folders (from => to).
	 */
	public function __construct( array $rule ) {
		$hosts = implode( '|', array_map( fn( $host ) => preg_quote( $host, '~' ), $rule['hosts'] ) );
		$port  = $rule['port'] ? '(?:(?::|%3A)' . (int) $rule['port'] . ')?' : '';

		$this->pattern = '~(?:(https?)(:|%3A))?((?:\\\\*/){2}|%2F%2F)(?:' . $hosts . ')' . $port
			. '(?![A-Za-z0-9-]|\.[A-Za-z0-9]|:\d)~i';
		$this->scheme  = $rule['to']['scheme'];
		$this->host    = $rule['to']['host'];
		$this->port    = $rule['to']['port'] ? (string) $rule['to']['port'] : '';
		$this->folders = $rule['folders'] ?? array();
		foreach ( $this->folders as $from => $to ) {
			$this->folders[ str_replace( '/', '\\/', $from ) ] = str_replace( '/', '\\/', $to );
		}
	}

	/**
	 * Returns a value with the new addresses.
	 *
	 * @param string $text  As stored.
	 * @param int    $depth How many serialised values it lies in.
	 */
	public function replace( string $text, int $depth = 0 ): string {
		$plain = $this->replace_plain( $text );
		if ( $plain === $text || $depth > self::DEEPEST ) {
			return $text;
		}
		$core = rtrim( $text );
		if ( preg_match( '~^(?:[saOCE]:\d+:|[bdi]:)~', $core ) ) {
			$at   = 0;
			$made = $this->walk( $core, $at, $depth + 1 );
			if ( null !== $made && strlen( $core ) === $at ) {
				return $made . substr( $text, strlen( $core ) );
			}
		}
		return $plain;
	}

	/**
	 * Returns a text with the new addresses.
	 *
	 * @param string $text Anything but a serialised value.
	 */
	private function replace_plain( string $text ): string {
		$made = preg_replace_callback(
			$this->pattern,
			function ( array $found ): string {
				$colon = strcasecmp( $found[3], '%2F%2F' ) ? ':' : '%3A';
				$start = $found[1] ? $this->scheme . $found[2] : '';
				return $start . $found[3] . $this->host . ( $this->port ? $colon . $this->port : '' );
			},
			$text
		);
		return strtr( $made ?? $text, $this->folders );
	}

	/**
	 * Returns one serialised value rewritten, or null if it is none; nothing is ever made of it.
	 *
	 * @param string $data  The whole text.
	 * @param int    $at    Where the value begins; then where it ended.
	 * @param int    $depth How deep it lies.
	 */
	private function walk( string $data, int &$at, int $depth ): ?string {
		if ( $depth > self::DEEPEST ) {
			return null;
		}
		if ( preg_match( '~\G(?:N|[bidrR]:[^;:{}"]*);~', $data, $found, 0, $at ) ) {
			$at += strlen( $found[0] );
			return $found[0];
		}
		if ( preg_match( '~\G([sE]):(\d+):"~', $data, $found, 0, $at ) ) {
			$text = $this->read( $data, $at, $found[0], (int) $found[2], '";' );
			if ( null === $text ) {
				return null;
			}
			$text = 's' === $found[1] ? $this->replace( $text, $depth ) : $text;
			return $found[1] . ':' . strlen( $text ) . ':"' . $text . '";';
		}
		if ( preg_match( '~\GC:\d+:"[^"]+":(\d+):\{~', $data, $found, 0, $at ) ) {
			$text = $this->read( $data, $at, $found[0], (int) $found[1], '}' );
			return null === $text ? null : $found[0] . $text . '}';
		}
		return $this->walk_many( $data, $at, $depth );
	}

	/**
	 * Rewrites the values of a list or an object; keys and names stay.
	 *
	 * @param string $data  The whole text.
	 * @param int    $at    Where it begins; then where it ended.
	 * @param int    $depth How deep it lies.
	 */
	private function walk_many( string $data, int &$at, int $depth ): ?string {
		if ( ! preg_match( '~\G(?:a|O:\d+:"[^"]+"):(\d+):\{~', $data, $found, 0, $at ) ) {
			return null;
		}
		$at  += strlen( $found[0] );
		$made = $found[0];
		for ( $left = (int) $found[1]; $left > 0; $left-- ) {
			$begin = $at;
			if ( null === $this->skip_key( $data, $at ) ) {
				return null;
			}
			$key   = substr( $data, $begin, $at - $begin );
			$value = $this->walk( $data, $at, $depth + 1 );
			if ( null === $value ) {
				return null;
			}
			$made .= $key . $value;
		}
		if ( '}' !== substr( $data, $at, 1 ) ) {
			return null;
		}
		++$at;
		return $made . '}';
	}

	/**
	 * Moves behind a key.
	 *
	 * @param string $data The whole text.
	 * @param int    $at   Where the key begins; then where it ended.
	 */
	private function skip_key( string $data, int &$at ): ?bool {
		if ( preg_match( '~\Gi:-?\d+;~', $data, $found, 0, $at ) ) {
			$at += strlen( $found[0] );
			return true;
		}
		if ( ! preg_match( '~\Gs:(\d+):"~', $data, $found, 0, $at ) ) {
			return null;
		}
		return null === $this->read( $data, $at, $found[0], (int) $found[1], '";' ) ? null : true;
	}

	/**
	 * Returns the bytes between a head and an end, and moves behind them; null if the end is not there.
	 *
	 * @param string $data   The whole text.
	 * @param int    $at     Where the head begins; then where the end ended.
	 * @param string $head   The head.
	 * @param int    $length How many bytes follow it.
	 * @param string $end    What must follow them.
	 */
	private function read( string $data, int &$at, string $head, int $length, string $end ): ?string {
		$begin = $at + strlen( $head );
		if ( substr( $data, $begin + $length, strlen( $end ) ) !== $end ) {
			return null;
		}
		$at = $begin + $length + strlen( $end );
		return substr( $data, $begin, $length );
	}
}
