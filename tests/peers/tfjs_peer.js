// SPDX-License-Identifier: Apache-2.0
// tfjs_peer.js MODEL.json OUTPUT INPUT.f32 COUNT HEIGHT WIDTH VECTORS.f32
// One forward pass of a graph model by TensorFlow.js (WebAssembly with SIMD, one thread), after one that is not
// timed. INPUT: COUNT x 3 x HEIGHT x WIDTH 32-bit floats. OUTPUT: a node's name, or "" for the model's own.
// Writes the vectors, prints the processor seconds. bench_models runs it where ROBENCH_PEER_TFJS names a folder into
// which `npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm` was done.
'use strict';
const fs = require('fs');
const path = require('path');
const modules = path.join(process.env.ROBENCH_PEER_TFJS, 'node_modules');
const tf = require(path.join(modules, '@tensorflow/tfjs'));
const wasm = require(path.join(modules, '@tensorflow/tfjs-backend-wasm'));

/** The model's files, read without a network. */
function modelFiles(file) {
  const json = JSON.parse(fs.readFileSync(file, 'utf8'));
  const weightSpecs = json.weightsManifest.flatMap((group) => group.weights);
  const parts = json.weightsManifest.flatMap((group) => group.paths).map((name) => fs.readFileSync(path.join(path.dirname(file), name)));
  const bytes = Uint8Array.from(Buffer.concat(parts));
  return { load: async () => ({ modelTopology: json.modelTopology, weightSpecs, weightData: bytes.buffer, signature: json.signature }) };
}

async function main() {
  const [, , file, output, input, count, height, width, vectors] = process.argv;
  wasm.setWasmPaths(path.join(modules, '@tensorflow/tfjs-backend-wasm/dist/'));
  wasm.setThreadsCount(1);
  if (!await tf.setBackend('wasm')) throw new Error('no WebAssembly backend');
  const model = await tf.loadGraphModel(modelFiles(file));
  const floats = new Float32Array(Uint8Array.from(fs.readFileSync(input)).buffer);
  const faces = tf.tidy(() => tf.transpose(tf.tensor4d(floats, [Number(count), 3, Number(height), Number(width)]), [0, 2, 3, 1]));
  const pass = () => tf.tidy(() => model.execute(faces, output || undefined).dataSync());
  pass();
  const before = process.cpuUsage();
  const found = pass();
  const { user, system } = process.cpuUsage(before);
  fs.writeFileSync(vectors, Buffer.from(found.buffer, found.byteOffset, found.byteLength));
  console.log(`${(user + system) / 1e6} ${tf.version_core}`);
}

main().catch((error) => { console.error(error.message); process.exit(1); });
