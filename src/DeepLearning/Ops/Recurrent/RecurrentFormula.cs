namespace DeepLearning;

/// <summary>
/// The definition of a recurrent layer as a composition of other operations, step by step. The product with the inputs is one over all
/// steps. Sources: Elman, "Finding structure in time", 1990; Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget
/// gate of Gers et al. 2000 and the projection of Sak et al. 2014; Cho et al., "Learning phrase representations using RNN encoder-decoder",
/// 2014, with the reset gate behind the product, as PyTorch has it.
/// </summary>
internal static class RecurrentFormula
{
    /// <summary>The outputs of all rows, then the last hidden (and cell) states.</summary>
    public static Tensor[] Compute(in RecurrentOperation operation, ReadOnlySpan<Tensor?> inputs)
    {
        SequenceSteps steps = operation.Steps;
        DType dtype = inputs[RecurrentOperation.X]!.DType, compute = dtype.Compute();
        Tensor[] wide = new Tensor[inputs.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = inputs[i]!.To(compute);
        }

        Cell cell = new(operation, wide);
        Tensor gates = cell.OfInputs(wide[RecurrentOperation.X]);
        Tensor h0 = wide[RecurrentOperation.H0];
        Tensor? c0 = operation.HasCell ? wide[RecurrentOperation.C0] : null;
        int length = steps.Counts.Length, rows = steps.Counts[steps.StepAt(0, operation.Reverse)];
        Tensor h = First(h0, rows);
        Tensor? c = c0 is null ? null : First(c0, rows);
        Tensor[] outputs = new Tensor[length];
        List<Tensor> endedH = [], endedC = [];
        for (int position = 0; position < length; position++)
        {
            int step = steps.StepAt(position, operation.Reverse), count = steps.Counts[step];
            if (count < rows)
            {
                endedH.Add(h.Narrow(0, count, rows - count));
                h = First(h, count);
                if (c is not null)
                {
                    endedC.Add(c.Narrow(0, count, rows - count));
                    c = First(c, count);
                }
            }
            else if (count > rows)
            {
                h = Tensor.Cat([h, h0.Narrow(0, rows, count - rows)]);
                c = c is null ? null : Tensor.Cat([c, c0!.Narrow(0, rows, count - rows)]);
            }

            rows = count;
            (h, c) = cell.Step(length == 1 ? gates : gates.Narrow(0, steps.Starts[step], count), h, c);
            outputs[step] = h;
        }

        Tensor output = length == 1 ? outputs[0] : Tensor.Cat(outputs);
        return c is null
            ? [output.To(dtype), Together(endedH, h).To(dtype)]
            : [output.To(dtype), Together(endedH, h).To(dtype), Together(endedC, c).To(dtype)];
    }

    private static Tensor First(Tensor x, int rows) => x.Size(0) == rows ? x : x.Narrow(0, 0, rows);

    /// <summary>The states of sequences that ended early, the shortest ones first, behind those of the longest.</summary>
    private static Tensor Together(List<Tensor> ended, Tensor last)
    {
        if (ended.Count == 0)
        {
            // Not the same tensor as the output: the two have gradients of their own.
            return last.Alias();
        }

        ended.Add(last);
        ended.Reverse();
        return Tensor.Cat(ended.ToArray());
    }

    /// <summary>One step.</summary>
    private readonly struct Cell
    {
        private readonly RecurrentKind _kind;
        private readonly Tensor _inputHidden;
        private readonly Tensor _hiddenHidden;
        private readonly Tensor? _inputBias;
        private readonly Tensor? _hiddenBias;
        private readonly Tensor? _projection;

        public Cell(in RecurrentOperation operation, Tensor[] inputs)
        {
            _kind = operation.Kind;
            _inputHidden = inputs[RecurrentOperation.InputHidden];
            _hiddenHidden = inputs[RecurrentOperation.HiddenHidden];
            _inputBias = operation.HasBias ? inputs[operation.Bias] : null;
            _hiddenBias = operation.HasBias ? inputs[operation.Bias + 1] : null;
            _projection = operation.HasProjection ? inputs[operation.Projection] : null;
        }

        /// <summary>What the inputs of all steps add to the gates.</summary>
        public Tensor OfInputs(Tensor x) => x.Linear(_inputHidden, _inputBias);

        public (Tensor H, Tensor? C) Step(Tensor gates, Tensor h, Tensor? c)
        {
            Tensor hidden = h.Linear(_hiddenHidden, _hiddenBias);
            switch (_kind)
            {
                case RecurrentKind.Tanh:
                    return ((gates + hidden).Tanh(), null);
                case RecurrentKind.Relu:
                    return ((gates + hidden).Relu(), null);
                case RecurrentKind.LSTM:
                    Tensor[] parts = (gates + hidden).Chunk(4, 1);
                    c = (parts[1].Sigmoid() * c!) + (parts[0].Sigmoid() * parts[2].Tanh());
                    h = parts[3].Sigmoid() * c.Tanh();
                    return (_projection is null ? h : h.Linear(_projection), c);
                default:
                    Tensor[] input = gates.Chunk(3, 1), recurrent = hidden.Chunk(3, 1);
                    Tensor reset = (input[0] + recurrent[0]).Sigmoid(), update = (input[1] + recurrent[1]).Sigmoid();
                    Tensor candidate = (input[2] + (reset * recurrent[2])).Tanh();
                    return (candidate + (update * (h - candidate)), null);
            }
        }
    }
}
