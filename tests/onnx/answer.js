// Run models by onnxruntime: node answer.js IMAGES.f32 MODEL.onnx…
// prints the ten logits of each image on a line, model after model.
const fs = require('fs');
const ort = require('onnxruntime-node');

async function main([imageFile, ...models]) {
    const bytes = fs.readFileSync(imageFile);
    const pixels = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const count = pixels.length / 784;
    for (const model of models) {
        const session = await ort.InferenceSession.create(model);
        const input = new ort.Tensor('float32', pixels, [count, 1, 28, 28]);
        const { logits } = await session.run({ input });
        for (let i = 0; i < count; i++)
            console.log(Array.from(logits.data.slice(10 * i, 10 * i + 10)).join(' '));
    }
}

main(process.argv.slice(2)).catch((error) => {
    console.error(String(error));
    process.exit(1);
});
