#!/bin/sh
# Malformed files, each with the exit status and the message that it must cause. A line of the
# table is a file: KIND~CONTENT~STATUS~PATTERN. KIND `model` is a model file, `onnx` one for the
# ONNX reader, `st` the header of a safetensors file (followed by 16 bytes of values); any other
# word is a format of predict's -i.
. "${srcdir:-.}/tests/tap.sh"

# make_st HEADER: the length in eight bytes, the header, sixteen zeros.
make_st() {
    length=$(printf '%s' "$1" | wc -c)
    # shellcheck disable=SC2059 # the format is the two bytes
    printf "\\$(printf %o $((length % 256)))\\$(printf %o $((length / 256)))"
    printf '\0\0\0\0\0\0%s' "$1"
    head -c 16 /dev/zero
}

while IFS='~' read -r kind content wanted pattern; do
    case $kind in
    '' | '#'*) continue ;;
    onnx) "$DIGITPAD" --version | grep -q protobuf-c || continue ;;
    esac
    case $kind in
    model | onnx) printf '%b' "$content" >"$tmp/file" && run "$DIGITPAD" info "$tmp/file" ;;
    st) make_st "$content" >"$tmp/file" && run "$DIGITPAD" info "$tmp/file" ;;
    *) printf '%b' "$content" >"$tmp/file" && run "$DIGITPAD" predict -i "$kind" "$tmp/file" ;;
    esac
    if [ "$status" = "$wanted" ] && printf '%s\n' "$err" | grep -Eq -e "file: .*$pattern"; then
        pass "$kind $content"
    else
        fail "$kind $content" "exit status $status, not $wanted" "$err" "wanted: $pattern"
    fi
done <<'END'
model~~3~the file is empty
model~hello~3~unsupported format: text
onnx~PK\0003\0004~3~not a valid ONNX model
model~PK\0003\0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0~3~unsupported format: a zip archive
model~\0200\0002}q\0~3~unsupported format: a Python pickle
model~\0211HDF\r\n\0032\n~3~unsupported format: an HDF5 file
model~\0\0\0\0TFL3~3~unsupported format: a TensorFlow Lite model
model~NRUB\0001\0\0377\0~3~a Burn model \(.bpk\); save it from Burn with burn_store::SafetensorsStore
model~{"metadata":{},"weight_map":{"a":"b"}}~3~an index of weights in several files; give a .safetensors file
model~{"architectures":["A"]}~3~a configuration without weights; give the .safetensors file beside it
model~{"model_type":"x"}~3~a configuration without weights
model~{"class_name":"Sequential","config":{}}~3~a Keras configuration without weights
model~{"format":"x","modelTopology":{}}~3~a model of TensorFlow.js, .*tensorflowjs_converter --input_format=tfjs_layers_model
model~GGUF\0003\0\0\0~3~a GGUF file
model~\0223NUMPY\0001\0~3~a NumPy array
model~\0037\0213\0010\0~3~compressed with gzip
model~\0377\0330\0377\0340~3~a JPEG image
model~version https://git-lfs.github.com/spec/v1\n~3~a Git LFS pointer
model~<!DOCTYPE html><html>~3~a web page
model~<html>~3~a web page
model~ir_version: 8\n~3~ONNX model as text
onnx~\0010\0010~3~not an ONNX model: no graph
onnx~\0010\0143\0072\0~3~IR version 99
onnx~\0072\0~3~not an ONNX model: no ir_version
onnx~\0010\0010\0072\0\0102\0002\0020\0010~3~the graph has no output
onnx~\0010\0010\0072\0~3~operator set 0 does not exist
onnx~\0010\0010\0072\0005~3~not a valid ONNX model
onnx~\0010\0377\0377\0377\0377\0377\0377\0377\0377\0377\0377\0377~3~not a valid ONNX model
model~{}~3~layers: not an array
model~{"layers":[]}~3~layers: not an array
model~{"layers":{}}~3~layers: not an array
model~{"layers":[1]}~3~layers\[0\]: rows: not an integer
model~{"layers":[{}]}~3~layers\[0\]: rows: not an integer
model~{"layers":[{"rows":784}]}~3~layers\[0\]: cols: not an integer
model~{"layers":[~3~line 1, column 11: '\]' expected
model~{"layers":[{"rows":784,"cols":10,"scale":0,"w":"","b":[]}]}~3~w: not 7840 bytes in base64
model~{"layers":[{"rows":784,"cols":10,"scale":1,"w":"AA==","b":[0,0,0,0,0,0,0,0,0,0]}]}~3~w: not 7840 bytes in base64
model~{"layers":[],"layers":[]}~3~duplicate
model~\0377\0377\0377\0377\0\0\0\0{~3~header length 4294967295 exceeds the limit
model~\0020\0\0\0\0\0\0\0{}~3~truncated: header of 16 bytes in a file of 10
model~\0002\0\0\0\0\0\0\0[]~3~no .{. at byte 8
st~{"a":1}~3~not a JSON object
st~{"a":{}}~3~dtype is missing
st~{"a":{"dtype":"F32"}}~3~shape is missing
st~{"a":{"dtype":"F32","shape":[4]}}~3~data_offsets is not a pair of integers
st~{"a":{"dtype":"F31","shape":[4],"data_offsets":[0,16]}}~3~dtype 'F31' is not supported
st~{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}}~3~data_offsets span 16 bytes
st~{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,20]}}~3~within the 16 bytes of values
st~{"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}}~3~data_offsets \[16,0\]
st~{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}~3~4 bytes after the last tensor
st~{"a":{"dtype":"F32","shape":[3],"data_offsets":[4,16]}}~3~gap before it
st~{"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}}~3~unexpected 0x2d
st~{"a":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}}~3~unexpected 0x2e
st~{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,4],"data_offsets":[0,16]}}~3~rank 9 exceeds the limit of 8
st~{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}~3~shape is too large
st~{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16],"x":1}}~3~unknown key 'x'
st~{"":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}~3~tensor name of 0 bytes
st~{"__metadata__":{"a":1}}~3~'a' is not a string
st~{"a":{},"a":{}}~3~duplicate
st~{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}} x~3~does not end with '}'
st~{"__metadata__":{"digitpad.arch":"dance 1"}}~3~after the last tensor
pgm~P5 2 2 255\n\0001~1~record 1, byte 12: the file ends inside
pgm~P5 0 2 255\n~1~the image is empty
pgm~P5 5000 1 255\n~1~5000x1; the limit is 4096x4096
pgm~P5 2 2 0\n~1~the greatest value is 0
pgm~P5 2 2 70000\n~1~the greatest value is 70000
pgm~P2 1 1 9 10~1~a pixel is 10, above the greatest value 9
pgm~P8 1 1 9~1~not a netpbm image
csv~1,2,3\n~1~line 1 has 3 values
csv~5 153:0.5 154:1\n3 1:1\n~1~line 1: LIBSVM format; write all 784 values
ndjson~[{"strokes":[[[1,2]]]}\n~1~record 2, byte 23: not valid JSON: the array has no end
ndjson~{"drawing":5}\n~1~drawing: not an array of strokes
csv~a,b,c\n1,2\n~1~line 1 has 3 values
ndjson~[1,2]\n~1~2 pixels, not 784
ndjson~hello\n~1~not valid JSON
ndjson~{"strokes":[[[1,2,3,4,5]]]}\n~1~strokes\[0\]\[0\]: not a point
ndjson~{"pixels":[[1]]}\n~1~1 pixels, not 784
ndjson~{"strokes":[[[1,2]]],"tools":["axe"]}\n~1~tools\[0\]: neither
idx~\0\0\0010\0003\0\0\0\0001\0\0\0\0002\0\0\0\0002\0~1~the file ends inside image 1 of 1
idx~\0\0\0010\0003\0~1~the file ends inside the header
idx~\0\0\0015\0003\0\0\0\0001~1~not an IDX file of images
ascii~#####\n~1~the file ends after 1 of 28 lines
raw~abc~1~3 bytes are left
END
done_testing
