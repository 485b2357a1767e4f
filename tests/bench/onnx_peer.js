// The reference networks in onnxruntime: onnx_peer.js FOLDER MODEL SECONDS. Calls from
// JavaScript cost some ten microseconds each.
const ort = require("onnxruntime-node");
const [folder, model, seconds] = process.argv.slice(2);

async function medianSeconds(work) {
    for (let i = 0; i < 5; i++)
        await work();
    const times = [], end = performance.now() + 1000 * Number(seconds);
    while (performance.now() < end || times.length < 5) {
        const begin = performance.now();
        await work();
        times.push(performance.now() - begin);
    }
    return 1e-3 * times.sort((a, b) => a - b)[times.length >> 1];
}

async function forward(n, threads) {
    const session = await ort.InferenceSession.create(`${folder}/${model}.onnx`,
        { intraOpNumThreads: threads, interOpNumThreads: 1 });
    const pixels = Float32Array.from({ length: n * 784 }, Math.random);
    const x = new ort.Tensor("float32", pixels, [n, 1, 28, 28]);
    return medianSeconds(() => session.run({ x }));
}

async function main() {
    for (const threads of [1, 2])
        console.log("f32 latency_us", threads, 1e6 * await forward(1, threads));
    console.log("f32 images_per_s 2", 256 / await forward(256, 2));
}

main();
