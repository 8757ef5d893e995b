namespace DeepLearning.Onnx.Import;

/// <summary>ONNX's recurrent operators: any activations, peepholes, clips, sequences of different lengths, both directions.</summary>
internal static class RecurrentOperators
{
    public static void Add(Operators to)
    {
        to.AddMany("RNN", static c => Run(c, 1));
        to.AddMany("LSTM", static c => Run(c, 4));
        to.AddMany("GRU", static c => Run(c, 3));
    }

    private static Value?[] Run(Call c, int gates)
    {
        bool batchFirst = c.Int("layout", 0) == 1, hasCell = gates == 4;
        Tensor x = batchFirst ? c[0].Transpose(0, 1) : c[0];
        int steps = x.Size(0), batch = x.Size(1), hidden = c[2].Size(-1);
        string direction = c.Text("direction", "forward");
        int directions = direction == "bidirectional" ? 2 : 1;
        if (c[1].Size(0) != directions || c[1].Size(1) != gates * hidden)
        {
            throw new OnnxException($"a weight {c[1].Shape} does not fit {directions} directions of {gates} gates of {hidden} units.");
        }

        long[]? lengths = c.Numbers(4);
        Tensor[] outputs = new Tensor[directions], states = new Tensor[directions], cells = new Tensor[directions];
        for (int d = 0; d < directions; d++)
        {
            Cell cell = new(c, gates, d, directions);
            Tensor h = Initial(c, 5, d, batch, hidden, x.DType, batchFirst);
            Tensor? state = hasCell ? Initial(c, 6, d, batch, hidden, x.DType, batchFirst) : null;
            bool reverse = d == 1 || direction == "reverse";
            Tensor[] all = new Tensor[steps];
            for (int i = 0; i < steps; i++)
            {
                int step = reverse ? steps - 1 - i : i;
                (Tensor next, Tensor? nextState) = cell.Step(x.Select(0, step), h, state);
                if (lengths is null)
                {
                    (h, state, all[step]) = (next, nextState, next);
                    continue;
                }

                // Behind its end a sequence keeps its state and gives 0.
                Tensor runs = Tensor.From(Array.ConvertAll(lengths, length => step < length), batch, 1);
                h = Tensor.Where(runs, next, h);
                state = state is null ? null : Tensor.Where(runs, nextState!, state);
                all[step] = Tensor.Where(runs, next, Tensor.FromScalar(0, x.DType));
            }

            outputs[d] = steps == 0 ? Tensor.Zeros([0, batch, hidden], x.DType) : Tensor.Stack(all, 0);
            (states[d], cells[d]) = (h, state!);
        }

        Tensor y = Tensor.Stack(outputs, 1), last = Tensor.Stack(states, 0);
        Tensor? lastCell = hasCell ? Tensor.Stack(cells, 0) : null;
        if (batchFirst)
        {
            (y, last, lastCell) = (y.Permute(2, 0, 1, 3), last.Transpose(0, 1), lastCell?.Transpose(0, 1));
        }

        return lastCell is null ? [c.Keep(0, y), c.Keep(0, last)] : [c.Keep(0, y), c.Keep(0, last), c.Keep(0, lastCell)];
    }

    private static Tensor Initial(Call c, int operand, int direction, int batch, int hidden, DType dtype, bool batchFirst) => c.Has(operand)
        ? c[operand].Select(batchFirst ? 1 : 0, direction)
        : Tensor.Zeros([batch, hidden], dtype);

    /// <summary>What one direction computes in a step.</summary>
    private sealed class Cell
    {
        private readonly Func<Tensor, Tensor>[] _activations;
        private readonly int _gates;
        private readonly Tensor _w;
        private readonly Tensor _r;
        private readonly Tensor? _wb;
        private readonly Tensor? _rb;
        private readonly Tensor? _peepholes;
        private readonly double? _clip;
        private readonly bool _linearBeforeReset;
        private readonly bool _couples;
        private readonly int _hidden;

        public Cell(Call c, int gates, int direction, int directions)
        {
            _gates = gates;
            _hidden = c[2].Size(-1);
            (_w, _r) = (c[1].Select(0, direction), c[2].Select(0, direction));
            if (c.Has(3))
            {
                Tensor both = c[3].Select(0, direction);
                (_wb, _rb) = (both.Narrow(0, 0, gates * _hidden), both.Narrow(0, gates * _hidden, gates * _hidden));
            }

            _peepholes = gates == 4 && c.Has(7) ? c[7].Select(0, direction) : null;
            _clip = c.Told("clip") ? c.Float("clip", 0) : null;
            _linearBeforeReset = c.Flag("linear_before_reset");
            _couples = c.Flag("input_forget");
            _activations = Activations(c, gates, direction, directions);
        }

        public (Tensor H, Tensor? C) Step(Tensor x, Tensor h, Tensor? state)
        {
            Tensor input = x.Linear(_w, _wb);
            return _gates switch
            {
                1 => (_activations[0](Clipped(input.Add(h.Linear(_r, _rb)))), null),
                3 => (Gru(input, h), null),
                _ => Lstm(input.Add(h.Linear(_r, _rb)), state!),
            };
        }

        private Tensor Gru(Tensor input, Tensor h)
        {
            Tensor recurrent = h.Linear(_r, _rb);
            Tensor z = _activations[0](Clipped(Part(input, 0).Add(Part(recurrent, 0))));
            Tensor r = _activations[0](Clipped(Part(input, 1).Add(Part(recurrent, 1))));
            Tensor inner = _linearBeforeReset
                ? r.Multiply(Part(recurrent, 2))
                : r.Multiply(h).Linear(_r.Narrow(0, 2 * _hidden, _hidden), _rb?.Narrow(0, 2 * _hidden, _hidden));
            Tensor fresh = _activations[1](Clipped(Part(input, 2).Add(inner)));
            return z.Negate().Add(1.0).Multiply(fresh).Add(z.Multiply(h));
        }

        /// <summary>Gates in ONNX's order: input, output, forget, cell.</summary>
        private (Tensor, Tensor) Lstm(Tensor sums, Tensor state)
        {
            Tensor input = _activations[0](Clipped(Seen(Part(sums, 0), state, 0)));
            Tensor forget = _couples ? input.Negate().Add(1.0) : _activations[0](Clipped(Seen(Part(sums, 2), state, 2)));
            Tensor next = forget.Multiply(state).Add(input.Multiply(_activations[1](Clipped(Part(sums, 3)))));
            Tensor output = _activations[0](Clipped(Seen(Part(sums, 1), next, 1)));
            return (output.Multiply(_activations[2](next)), next);
        }

        private Tensor Part(Tensor x, int gate) => x.Narrow(-1, gate * _hidden, _hidden);

        private Tensor Seen(Tensor sum, Tensor state, int gate) =>
            _peepholes is null ? sum : sum.Add(state.Multiply(_peepholes.Narrow(0, gate * _hidden, _hidden)));

        private Tensor Clipped(Tensor x) => _clip is { } limit ? x.Clamp(-limit, limit) : x;

        private static Func<Tensor, Tensor>[] Activations(Call c, int gates, int direction, int directions)
        {
            string[] usual = gates switch { 1 => ["Tanh"], 3 => ["Sigmoid", "Tanh"], _ => ["Sigmoid", "Tanh", "Tanh"] };
            string[] names = c.Texts("activations") is { Length: > 0 } told ? told : [.. Enumerable.Repeat(usual,
                directions).SelectMany(static n => n)];
            if (names.Length != usual.Length * directions)
            {
                throw new OnnxException($"{names.Length} activations do not fit {directions} directions of {usual.Length}.");
            }

            Queue<float> alphas = new(c.Floats("activation_alpha") ?? []), betas = new(c.Floats("activation_beta") ?? []);
            Func<Tensor, Tensor>[] all = Array.ConvertAll(names, name => Activation(name, alphas, betas));
            return all[(direction * usual.Length)..((direction + 1) * usual.Length)];
        }

        private static Func<Tensor, Tensor> Activation(string name, Queue<float> alphas, Queue<float> betas)
        {
            double Alpha(double usual) => alphas.TryDequeue(out float given) ? given : usual;
            double Beta(double usual) => betas.TryDequeue(out float given) ? given : usual;
            switch (name.ToUpperInvariant())
            {
                case "SIGMOID":
                    return static x => x.Sigmoid();
                case "TANH":
                    return static x => x.Tanh();
                case "RELU":
                    return static x => x.Relu();
                case "SOFTPLUS":
                    return static x => x.Softplus();
                case "SOFTSIGN":
                    return static x => x.Softsign();
                case "AFFINE":
                    (double slope, double shift) = (Alpha(1), Beta(0));
                    return x => x.Multiply(slope).Add(shift);
                case "LEAKYRELU":
                    double leak = Alpha(0.01);
                    return x => x.LeakyRelu(leak);
                case "THRESHOLDEDRELU":
                    double threshold = Alpha(1);
                    return x => x.Threshold(threshold, 0);
                case "SCALEDTANH":
                    (double outer, double inner) = (Alpha(1), Beta(1));
                    return x => x.Multiply(inner).Tanh().Multiply(outer);
                case "HARDSIGMOID":
                    (double steep, double middle) = (Alpha(0.2), Beta(0.5));
                    return x => x.Multiply(steep).Add(middle).Clamp(0.0, 1.0);
                case "ELU":
                    double alpha = Alpha(1);
                    return x => x.Elu(alpha);
                default:
                    throw new OnnxException($"the activation {OnnxException.Quote(name)} is not known.");
            }
        }
    }
}
