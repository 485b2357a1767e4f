/* What terminals answer to the pad's queries, as their documentation says, and what follows. */
#ifndef DP_TESTS_TERMINALS_H
#define DP_TESTS_TERMINALS_H

#include "engine/core/arith.h"
#include "tui/term/ink.h"

#include <check.h>
#include <string.h>

typedef struct terminal {
    const char *name;
    const char *env[3]; /* "TERM=…" and others */
    const char *replies;
    dp_charset charset;
    int colors;
    dp_ink_kind ink; /* what --ink=auto gives */
    bool sync, pixel_mouse, octants, sextants;
} terminal;

#define REPLY_OCTANT    "\033[1;2R"
#define REPLY_NAME(s)   "\033P>|" s "\033\\"
#define REPLY_SYNC(n)   "\033[?2026;" #n "$y"
#define REPLY_PIXELS(n) "\033[?1016;" #n "$y"
#define REPLY_CELL      "\033[6;16;8t"
#define REPLY_WINDOW    "\033[4;384;640t"
#define REPLY_DARK      "\033]11;rgb:1e1e/1e1e/1e1e\033\\"
#define REPLY_LIGHT     "\033]11;rgb:ff/ff/ff\a"
#define REPLY_KITTY     "\033_Gi=31;OK\033\\"

static const terminal terminals[] = {
    { "kitty",
      { "TERM=xterm-kitty" },
      REPLY_OCTANT REPLY_NAME("kitty(0.42.1)") "\033[>1;4000;42c" REPLY_SYNC(2)
          REPLY_PIXELS(2) REPLY_CELL REPLY_WINDOW REPLY_DARK REPLY_KITTY "\033[?62;52;c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_KITTY,
      true,
      true,
      true,
      true },
    { "kitty of Debian 12, before octants",
      { "TERM=xterm-kitty" },
      REPLY_OCTANT REPLY_NAME("kitty(0.26.5)") "\033[>1;4000;26c" REPLY_SYNC(2)
          REPLY_PIXELS(2) REPLY_CELL REPLY_WINDOW REPLY_DARK REPLY_KITTY "\033[?62;c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_KITTY,
      true,
      true,
      false,
      true },
    { "foot",
      { "TERM=foot" },
      REPLY_OCTANT REPLY_NAME("foot(1.22.3)") "\033[>1;12203;0c" REPLY_SYNC(2)
          REPLY_PIXELS(2) REPLY_CELL REPLY_WINDOW "\033[?1;0;1024S" REPLY_DARK
                                                  "\033[?62;4;22;28;29;52c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_SIXEL,
      true,
      true,
      true,
      true },
    { "Ghostty",
      { "TERM=xterm-ghostty" },
      REPLY_OCTANT REPLY_NAME("ghostty 1.2.0") "\033[>1;10;0c" REPLY_SYNC(2) REPLY_PIXELS(
          2) REPLY_CELL REPLY_WINDOW REPLY_DARK REPLY_KITTY "\033[?62;22;52c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_KITTY,
      true,
      true,
      true,
      true },
    { "WezTerm",
      { "TERM=xterm-256color" },
      REPLY_OCTANT REPLY_NAME(
          "WezTerm 20260331-040028-577474d8") "\033[>1;277;0c" REPLY_SYNC(2)
          REPLY_PIXELS(2) REPLY_CELL REPLY_WINDOW "\033[?1;0;256S" REPLY_DARK
                                                  "\033[?65;4;6;18;22;52c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_SIXEL,
      true,
      true,
      true,
      true },
    { "xterm -ti vt340",
      { "TERM=xterm-256color" },
      REPLY_OCTANT REPLY_NAME("XTerm(390)") "\033[>19;390;0c" REPLY_SYNC(0)
          REPLY_PIXELS(2) REPLY_CELL REPLY_WINDOW "\033[?1;0;16S" REPLY_LIGHT
                                                  "\033[?63;1;2;4;6;9;15;16;22;28;29c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_SIXEL,
      false,
      true,
      false,
      false },
    { "xterm",
      { "TERM=xterm-256color" },
      REPLY_OCTANT REPLY_NAME("XTerm(390)") "\033[>41;390;0c" REPLY_SYNC(0) REPLY_PIXELS(
          2) REPLY_CELL REPLY_WINDOW REPLY_LIGHT "\033[?64;1;2;6;9;15;16;17;18;21;22;28c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_HALF,
      false,
      true,
      false,
      false },
    { "xterm.js",
      { "TERM=xterm-256color" },
      REPLY_OCTANT REPLY_NAME("xterm.js(6.1.0)") "\033[>0;276;0c" REPLY_SYNC(2)
          REPLY_PIXELS(2) REPLY_DARK "\033[?1;2c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_OCTANTS,
      true,
      true,
      true,
      true },
    { "VS Code, whose xterm.js says no version",
      { "TERM=xterm-256color", "TERM_PROGRAM=vscode" },
      REPLY_OCTANT "\033[>0;276;0c" REPLY_SYNC(2) REPLY_PIXELS(2) REPLY_DARK "\033[?1;2c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_HALF,
      true,
      true,
      false,
      false },
    { "iTerm2",
      { "TERM=xterm-256color", "TERM_PROGRAM=iTerm.app" },
      REPLY_OCTANT REPLY_NAME("iTerm2 3.6.1") "\033[>0;95;0c" REPLY_SYNC(2)
          REPLY_PIXELS(2) REPLY_CELL REPLY_WINDOW REPLY_DARK REPLY_KITTY "\033[?62;4;52c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_KITTY,
      true,
      true,
      false,
      false },
    { "Konsole",
      { "TERM=xterm-256color", "KONSOLE_VERSION=241203" },
      REPLY_OCTANT REPLY_NAME("Konsole 24.12.3") "\033[>1;115;0c" REPLY_SYNC(0)
          REPLY_PIXELS(0) REPLY_CELL REPLY_WINDOW REPLY_DARK REPLY_KITTY "\033[?62;1;4c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_KITTY,
      false,
      false,
      false,
      false },
    { "Windows Terminal",
      { "TERM=xterm-256color", "WT_SESSION=6e2f" },
      REPLY_OCTANT "\033[>0;10;1c" REPLY_SYNC(2) REPLY_PIXELS(0)
          REPLY_CELL REPLY_WINDOW REPLY_DARK "\033[?61;4;6;7;14;21;22;23;24;28;32;42c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_SIXEL,
      true,
      false,
      false,
      true },
    { "Windows Terminal without sixels",
      { "TERM=xterm-256color", "WT_SESSION=6e2f" },
      REPLY_OCTANT "\033[>0;10;1c" REPLY_SYNC(2) REPLY_PIXELS(0) REPLY_DARK
      "\033[?61;6;7;21;22;23;24;28;32;42c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_OCTANTS,
      true,
      false,
      false,
      true },
    { "GNOME Terminal",
      { "TERM=xterm-256color", "VTE_VERSION=8000" },
      REPLY_OCTANT REPLY_NAME("VTE(8000)") "\033[>61;8000;1c" REPLY_SYNC(0)
          REPLY_PIXELS(0) REPLY_CELL REPLY_WINDOW REPLY_DARK "\033[?61;1;21;22;28c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_OCTANTS,
      false,
      false,
      true,
      true },
    { "GNOME Terminal of Debian 12",
      { "TERM=xterm-256color", "VTE_VERSION=7006" },
      REPLY_OCTANT "\033[>65;7006;1c" REPLY_CELL REPLY_WINDOW REPLY_DARK "\033[?65;1;9c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_OCTANTS,
      false,
      false,
      false,
      true },
    { "Alacritty",
      { "TERM=alacritty" },
      REPLY_OCTANT "\033[>0;1601;1c" REPLY_SYNC(2) REPLY_PIXELS(0) REPLY_WINDOW REPLY_DARK
      "\033[?6c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_OCTANTS,
      true,
      false,
      false,
      true },
    { "Alacritty before sextants",
      { "TERM=alacritty" },
      REPLY_OCTANT "\033[>0;1302;1c" REPLY_SYNC(2) REPLY_PIXELS(0) REPLY_WINDOW REPLY_DARK
      "\033[?6c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_HALF,
      true,
      false,
      false,
      false },
    { "tmux 3.3",
      { "TERM=tmux-256color", "TMUX=/tmp/tmux-0/default,1,0", "VTE_VERSION=8000" },
      REPLY_OCTANT REPLY_NAME("tmux 3.3a") "\033[>84;0;0c" REPLY_DARK "\033[?1;2c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_HALF,
      false,
      false,
      false,
      false },
    { "tmux 3.7 with sixels",
      { "TERM=screen-256color", "TMUX=/tmp/tmux-0/default,1,0" },
      REPLY_OCTANT REPLY_NAME("tmux 3.7") "\033[>84;0;0c" REPLY_SYNC(2) REPLY_PIXELS(0)
          REPLY_CELL REPLY_WINDOW REPLY_DARK "\033[?1;2;4c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_SIXEL,
      true,
      false,
      false,
      false },
    { "tmux 3.5 in kitty",
      { "TERM=tmux-256color", "TMUX=/tmp/tmux-0/default,1,0" },
      REPLY_OCTANT REPLY_NAME("tmux 3.5a") "\033[>84;0;0c" REPLY_CELL REPLY_WINDOW
          REPLY_DARK "\033[?1;2c" REPLY_NAME("kitty(0.42.1)"),
      DP_CHARSET_UNICODE,
      256,
      DP_INK_KITTY,
      false,
      false,
      false,
      false },
    { "tmux 3.5 in kitty before placeholders",
      { "TERM=tmux-256color", "TMUX=/tmp/tmux-0/default,1,0" },
      REPLY_OCTANT REPLY_NAME("tmux 3.5a") "\033[>84;0;0c" REPLY_CELL REPLY_WINDOW
          REPLY_DARK "\033[?1;2c" REPLY_NAME("kitty(0.26.5)"),
      DP_CHARSET_UNICODE,
      256,
      DP_INK_HALF,
      false,
      false,
      false,
      false },
    { "mosh",
      { "TERM=xterm-256color" },
      REPLY_OCTANT "\033[>1;10;0c\033[?62c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_HALF,
      false,
      false,
      false,
      false },
    { "GNU screen",
      { "TERM=screen.xterm-256color", "VTE_VERSION=8000" },
      "\033[>83;40900;0c\033[?1;2c",
      DP_CHARSET_UNICODE,
      256,
      DP_INK_HALF,
      false,
      false,
      false,
      false },
    { "Linux console",
      { "TERM=linux" },
      "",
      DP_CHARSET_BLOCKS,
      8,
      DP_INK_HALF,
      false,
      false,
      false,
      false },
};

/* The terminal of this name, which must be in the table. */
static inline const terminal *terminal_named(const char *name)
{
    for (size_t i = 0; i < DP_COUNT(terminals); i++)
        if (strcmp(terminals[i].name, name) == 0)
            return &terminals[i];
    ck_abort_msg("%s", name);
}

#endif
