// A client as the fingerprinting shell finds it, for tests of what is shown and kept.

import type { JsonObject } from 'telnetkit/fingerprint'
import type { Visitor } from '../../ts/fingerprint/display/visitor.js'

export const TELNET = '0123456789abcdef'
export const TERMINAL = 'fedcba9876543210'

const MODE = { supported: true, changeable: true, enabled: false, value: 2 }

export const terminalProbe = {
  fingerprint: TERMINAL,
  'fingerprint-data': {
    software_name: 'wezterm',
    software_version: '20240203-110809',
    number_of_colors: 2 ** 24,
    sixel: true,
    kitty_graphics: true,
    iterm2_features: { supported: true },
    da_service_class: 65,
    da_extensions: [4, 6, 18, 22],
    ambiguous_width: 1,
    modes: { '2026': MODE, '2027': MODE },
    test_results: {
      unicode_wide_results: { unicode_version: '15.1.0', n_errors: 0, n_total: 10 },
      emoji_zwj_results: { unicode_version: '15.1', n_errors: 4, n_total: 10 },
    },
  },
  session_data: {
    terminal_results: {
      cell_width: 9,
      cell_height: 18,
      foreground_color_hex: '#b2b2b2',
      background_color_hex: '#000000',
      screen_ratio: '16:9',
      screen_ratio_name: 'HD',
    },
  },
}

export const telnetProbe = {
  fingerprint: TELNET,
  'fingerprint-data': {
    'probed-protocol': 'client',
    encoding: 'UTF-8',
    TERM: 'Yes',
    charset: 'None',
    USER: 'True',
    'ttype-count': 3,
    'supported-options': ['BINARY', 'ECHO', 'NAWS', 'NEW_ENVIRON', 'SGA', 'TSPEED', 'TTYPE'],
    'refused-options': ['EOR', 'STATUS'],
    'unanswered-options': ['COM_PORT'],
  },
  session_data: {
    ttype_cycle: ['XTERM-256COLOR', 'xterm-256color', 'VT100'],
    extra: { TERM: 'xterm-256color', LANG: 'en_US.UTF-8', tspeed: '38400,38400' },
    slc_tab: { set: { SLC_IP: 3 }, nosupport: ['SLC_BRK'] },
  },
}

export const document = {
  'telnet-probe': telnetProbe,
  'terminal-probe': terminalProbe,
  sessions: [{ ip: '127.0.0.1', connected: '2026-01-02T03:04:05.000Z' }],
} as unknown as JsonObject

/** Whom both names are known of, and nothing else. */
export const visitor: Visitor = {
  document,
  telnet: { hash: TELNET, name: 'GNU telnet', program: undefined, nearest: undefined },
  terminal: { hash: TERMINAL, name: 'WezTerm', program: undefined, nearest: undefined },
  others: 0,
  visits: 0,
  last: undefined,
  user: undefined,
}
