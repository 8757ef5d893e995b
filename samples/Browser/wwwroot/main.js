import { dotnet } from './_framework/dotnet.js';
import { draw } from './draw.js';

const { getAssemblyExports, getConfig, runMain } = await dotnet.create();
const net = (await getAssemblyExports(getConfig().mainAssemblyName)).DeepLearning.Samples.Browser.Program;
const byId = id => document.getElementById(id);
const slice = 30;       // milliseconds of training between two frames
const state = { running: true, losses: [], accuracies: [], seed: 1, pixels: null };

function start() {
  net.Start(state.seed++);
  state.losses = [];
  state.accuracies = [];
  measure();
}

function measure() {
  state.accuracies.push([net.Steps(), net.Accuracy()]);
  draw.filters(byId('filters'), net.FilterWeights());
  draw.examples(byId('examples'), net.Examples(40));
  predict();
  show();
}

function show() {
  const accuracy = state.accuracies.at(-1)[1];
  byId('status').textContent = `${(100 * accuracy).toFixed(1)} % of the images held out are recognized, after `
    + `${net.Steps()} steps, ${net.Epochs().toFixed(1)} passes over the images.`;
  draw.curve(byId('curve'), state.losses, state.accuracies);
}

function predict() {
  if (state.pixels === null) {
    byId('seen').textContent = 'with the mouse or a finger';
    byId('bars').replaceChildren();
    return;
  }
  const probabilities = Array.from(net.Predict(state.pixels));
  byId('seen').textContent = `This looks like ${probabilities.indexOf(Math.max(...probabilities))}.`;
  draw.bars(byId('bars'), probabilities);
}

let measured = performance.now();
function frame() {
  if (state.running) {
    state.losses.push([net.Steps(), net.Train(slice)]);
    if (performance.now() - measured > 500) {
      measure();
      measured = performance.now();
    }
  }
  setTimeout(frame, 0);
}

byId('run').onclick = () => {
  state.running = !state.running;
  byId('run').textContent = state.running ? 'Stop' : 'Continue';
  if (!state.running) {
    measure();
  }
};
byId('again').onclick = start;
byId('download').onclick = () => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([net.Save()]));
  link.download = 'digits.safetensors';
  link.click();
  URL.revokeObjectURL(link.href);
};
byId('upload').onchange = async event => {
  const [file] = event.target.files;
  event.target.value = '';
  const wrong = net.Load(new Uint8Array(await file.arrayBuffer()));
  measure();
  if (wrong) {
    byId('status').textContent = `${file.name}: ${wrong}`;
  }
};
draw.paper(byId('paper'), byId('clear'), pixels => {
  state.pixels = pixels;
  predict();
});

start();
for (const id of ['run', 'again', 'download']) {
  byId(id).disabled = false;
}
frame();
await runMain();
