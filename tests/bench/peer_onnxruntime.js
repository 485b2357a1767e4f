// The networks in onnxruntime, from ONNX files:
// peer_onnxruntime.js PACKAGE FLOATS.onnx INT8.onnx THREADS SECONDS. PACKAGE is
// onnxruntime-node or onnxruntime-web. A call from JavaScript costs some microseconds.
// Prints the lines that peer.h describes.
const [name, floats, int8, count, seconds] = process.argv.slice(2);
const threads = Number(count);
const ort = require(name);

// Seconds of one run: the median, and total ÷ number.
async function repeat(work) {
    const start = performance.now(), times = [];
    for (let i = 0; i < 5 || performance.now() - start < 250 * seconds; i++)
        await work();
    const begin = performance.now();
    let end = begin;
    while (end - begin < 1000 * seconds || times.length < 5) {
        const before = end;
        await work();
        end = performance.now();
        times.push(end - before);
    }
    return { median: 1e-3 * times.sort((a, b) => a - b)[times.length >> 1],
             mean: 1e-3 * (end - begin) / times.length };
}

async function measure(precision, file, batch) {
    const session = await ort.InferenceSession.create(file,
        { intraOpNumThreads: threads, interOpNumThreads: 1 });
    const pixels = Float32Array.from({ length: batch * 784 }, Math.random);
    const x = new ort.Tensor("float32", pixels, [batch, 1, 28, 28]);
    const feeds = { [session.inputNames[0]]: x };
    const took = await repeat(() => session.run(feeds));
    if (batch === 1)
        console.log(precision, "latency_us", threads, 1, 1e6 * took.median);
    else
        console.log(precision, "images_per_s", threads, batch, batch / took.mean);
    await session.release();
}

async function main() {
    ort.env.wasm.numThreads = threads;
    for (const [precision, file] of [["f32", floats], ["int8", int8]]) {
        for (const batch of threads === 1 ? [1] : [1, 64, 256, 1024])
            await measure(precision, file, batch);
    }
    process.exit(0);
}

main();
