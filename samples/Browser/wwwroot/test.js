// With ?test the page uses itself as a visitor would, and writes what it saw into #result.

const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

export async function test(net, state, byId) {
  const result = {}, begin = performance.now();
  try {
    while (state.accuracies.at(-1)[1] < 0.95 && performance.now() - begin < 60000) {
      await wait(100);
    }
    result.seconds = (performance.now() - begin) / 1000;
    result.accuracy = state.accuracies.at(-1)[1];
    result.stepsPerSecond = net.Steps() / result.seconds;

    byId('run').click();
    const stopped = net.Steps();
    await wait(300);
    result.stops = net.Steps() === stopped && byId('run').textContent === 'Continue';

    // A one: a stroke from top to bottom.
    const paper = byId('paper'), box = paper.getBoundingClientRect();
    for (let i = 0; i <= 20; i++) {
      paper.dispatchEvent(new PointerEvent(i ? 'pointermove' : 'pointerdown', {
        clientX: box.left + 130 - i / 4, clientY: box.top + 40 + 9 * i, buttons: 1, bubbles: true,
      }));
    }
    result.drawn = byId('seen').textContent;
    result.bars = byId('bars').children.length;

    // The file of the model, a beginning anew, and the file again.
    const file = net.Save(), before = net.Accuracy();
    byId('again').click();
    result.anew = net.Accuracy();
    const give = async bytes => {
      const list = new DataTransfer();
      list.items.add(new File([bytes], 'digits.safetensors'));
      byId('upload').files = list.files;
      byId('upload').dispatchEvent(new Event('change'));
      await wait(300);
    };
    await give(file.slice(0, 100));
    result.damaged = byId('status').textContent;
    await give(file);
    result.loads = net.Accuracy() === before;

    const steps = net.Steps();
    byId('run').click();
    await wait(500);
    result.continues = net.Steps() > steps;
    byId('run').click();
  } catch (error) {
    result.error = String(error);
  }
  byId('result').textContent = JSON.stringify(result);
  document.title = 'tested';
}
