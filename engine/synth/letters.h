/* Shapes that are no digits, written down for this program: see engine/synth/glyph.h. */
#ifndef DP_ENGINE_SYNTH_LETTERS_H
#define DP_ENGINE_SYNTH_LETTERS_H

/* Letters, without those that are drawn like digits. NULL ends both lists. */
extern const char *const dp_letters[];
/* Signs and small pictures. */
extern const char *const dp_symbols[];

#endif
