// The pictures of the page.

const fine = 32, side = 8;      // ink is drawn on 32 by 32 cells, of which 16 make a pixel, as the images were made

function paper(canvas, clear, changed) {
  const context = canvas.getContext('2d'), cell = canvas.width / fine;
  let ink = new Uint8Array(fine * fine), last = null;

  function dot(x, y) {
    for (let row = Math.floor(y) - 2; row <= y + 2; row++) {
      for (let column = Math.floor(x) - 2; column <= x + 2; column++) {
        if (row >= 0 && row < fine && column >= 0 && column < fine && (row + 0.5 - y) ** 2 + (column + 0.5 - x) ** 2 < 3.2) {
          ink[row * fine + column] = 1;
          context.fillRect(column * cell, row * cell, cell, cell);
        }
      }
    }
  }

  function move(event) {
    const x = event.offsetX / cell, y = event.offsetY / cell;
    const from = last ?? [x, y], steps = Math.ceil(Math.hypot(x - from[0], y - from[1])) + 1;
    for (let i = 1; i <= steps; i++) {
      dot(from[0] + (x - from[0]) * i / steps, from[1] + (y - from[1]) * i / steps);
    }
    last = [x, y];
    changed(pixels(ink));
  }

  canvas.onpointerdown = event => { last = null; move(event); };
  canvas.onpointermove = event => { if (event.buttons) move(event); };
  clear.onclick = () => {
    ink = new Uint8Array(fine * fine);
    context.clearRect(0, 0, canvas.width, canvas.height);
    changed(null);
  };
}

// The 64 pixels of what was drawn, moved and stretched to fill the paper in height, as the images do.
function pixels(ink) {
  let top = fine, bottom = -1, left = fine, right = -1;
  for (let i = 0; i < ink.length; i++) {
    if (ink[i]) {
      const row = Math.floor(i / fine), column = i % fine;
      [top, bottom, left, right] = [Math.min(top, row), Math.max(bottom, row), Math.min(left, column), Math.max(right, column)];
    }
  }
  const size = Math.max(bottom - top, right - left) + 1, scale = size / fine;
  const originX = (left + right + 1) / 2 - size / 2, originY = (top + bottom + 1) / 2 - size / 2;
  const result = new Array(side * side).fill(0);
  for (let row = 0; row < fine; row++) {
    for (let column = 0; column < fine; column++) {
      const y = Math.floor(originY + (row + 0.5) * scale), x = Math.floor(originX + (column + 0.5) * scale);
      if (y >= 0 && y < fine && x >= 0 && x < fine && ink[y * fine + x]) {
        result[Math.floor(row / 4) * side + Math.floor(column / 4)] += 1 / 16;
      }
    }
  }
  return result;
}

function bars(element, probabilities) {
  element.replaceChildren(...probabilities.flatMap((probability, digit) => {
    const [name, bar, number] = ['span', 'div', 'span'].map(tag => document.createElement(tag));
    name.textContent = digit;
    bar.className = 'bar';
    bar.appendChild(document.createElement('div')).style.width = `${100 * probability}%`;
    number.textContent = `${(100 * probability).toFixed(0)} %`;
    return [name, bar, number];
  }));
}

function curve(canvas, losses, accuracies) {
  const context = canvas.getContext('2d'), { width, height } = canvas, pad = 24, right = 44;
  const steps = Math.max(1, losses.length ? losses.at(-1)[0] : 1), most = Math.max(1, ...losses.map(point => point[1]));
  const x = step => pad + (width - pad - right) * step / steps, y = share => height - pad - (height - 2 * pad) * share;
  context.clearRect(0, 0, width, height);
  context.font = '12px system-ui';
  context.fillStyle = '#555';
  for (const share of [0, 0.5, 1]) {
    context.fillText(`${100 * share} %`, width - right + 4, y(share) + 4);
    context.fillRect(pad, y(share), width - pad - right, 0.5);
  }
  context.fillText(most.toFixed(1), 2, y(1) + 4);
  context.fillText(`${steps} steps`, width / 2 - 20, height - 6);
  line(losses, point => point[1] / most, '#b8442a', 'loss', 0.25);
  line(accuracies, point => point[1], '#2a5db0', 'accuracy', 0.6);

  function line(points, share, color, name, at) {
    context.strokeStyle = context.fillStyle = color;
    context.beginPath();
    points.forEach((point, i) => i ? context.lineTo(x(point[0]), y(share(point))) : context.moveTo(x(point[0]), y(share(point))));
    context.stroke();
    context.fillText(name, x(steps * at), 14);
  }
}

function tiles(canvas, count, columns, size, paint) {
  const context = canvas.getContext('2d');
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (let i = 0; i < count; i++) {
    context.save();
    context.translate((i % columns) * size + 2, Math.floor(i / columns) * size + 2);
    paint(context, i);
    context.restore();
  }
}

function filters(canvas, weights) {
  const most = Math.max(...weights.map(Math.abs)), cell = 9;
  tiles(canvas, 8, 8, 52, (context, filter) => {
    for (let i = 0; i < 25; i++) {
      const weight = weights[filter * 25 + i] / most, faint = Math.round(255 * (1 - Math.abs(weight)));
      context.fillStyle = weight > 0 ? `rgb(${faint},${faint},255)` : `rgb(255,${faint},${faint})`;
      context.fillRect((i % 5) * cell, Math.floor(i / 5) * cell, cell, cell);
    }
  });
}

function examples(canvas, values) {
  const each = side * side + 2;
  tiles(canvas, values.length / each, 10, 42, (context, image) => {
    for (let i = 0; i < side * side; i++) {
      const shade = Math.round(255 * (1 - values[image * each + i]));
      context.fillStyle = `rgb(${shade},${shade},${shade})`;
      context.fillRect((i % side) * 3, Math.floor(i / side) * 3, 3, 3);
    }
    const [digit, seen] = values.slice(image * each + side * side, (image + 1) * each);
    context.fillStyle = digit === seen ? '#2a7d3b' : '#c0271c';
    context.font = '14px system-ui';
    context.fillText(seen, 27, 17);
  });
}

export const draw = { paper, bars, curve, filters, examples };
