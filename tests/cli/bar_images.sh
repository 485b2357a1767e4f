# A small data set for tests of training. Source it after tap.sh. make_bars writes 240 images and
# labels to $tmp/images.idx and $tmp/labels.idx; digit d is a bar in row 2·d + 4. make_columns
# writes images with columns instead of rows.
# shellcheck shell=sh disable=SC2154

make_bars() {
    for d in 0 1 2 3 4 5 6 7 8 9; do
        head -c $(((2 * d + 4) * 28)) /dev/zero
        head -c 28 /dev/zero | tr '\0' '\310'
        head -c $(((23 - 2 * d) * 28)) /dev/zero
    done >"$tmp/ten.images"
    printf '\0\1\2\3\4\5\6\7\10\11' >"$tmp/ten.labels"
    printf '\0\0\10\3\0\0\0\360\0\0\0\34\0\0\0\34' >"$tmp/images.idx"
    printf '\0\0\10\1\0\0\0\360' >"$tmp/labels.idx"
    i=0
    while [ $i -lt 24 ]; do
        cat "$tmp/ten.images" >>"$tmp/images.idx"
        cat "$tmp/ten.labels" >>"$tmp/labels.idx"
        i=$((i + 1))
    done
}

make_columns() {
    for d in 0 1 2 3 4 5 6 7 8 9; do
        y=0
        while [ $y -lt 28 ]; do
            head -c $((2 * d + 4)) /dev/zero
            printf '\310'
            head -c $((23 - 2 * d)) /dev/zero
            y=$((y + 1))
        done
    done >"$tmp/ten.columns"
    printf '\0\0\10\3\0\0\0\360\0\0\0\34\0\0\0\34' >"$tmp/columns.idx"
    i=0
    while [ $i -lt 24 ]; do
        cat "$tmp/ten.columns" >>"$tmp/columns.idx"
        i=$((i + 1))
    done
}
