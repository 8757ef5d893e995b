namespace DeepLearning.Onnx.Export;

/// <summary>
/// One layer and direction of a recurrent network as ONNX's RNN, LSTM or GRU, whose gates have another order. Rows of sequences of
/// different lengths, packed step by step, are laid out in full and back.
/// </summary>
internal static class RecurrentConverters
{
    public static void Add(Dictionary<string, Action<NodeContext>> to)
    {
        to["RNN"] = static n => Convert(n, 1, [0], n.Text("nonlinearity") == "tanh" ? "Tanh" : "Relu");
        to["LSTM"] = static n => Convert(n, 4, [0, 3, 1, 2], null);
        to["GRU"] = static n => Convert(n, 3, [1, 0, 2], null);
    }

    private static void Convert(NodeContext n, int gates, int[] order, string? activation)
    {
        if (n.Flag("projection"))
        {
            throw n.Refused("ONNX's recurrent operators have no projection");
        }

        bool hasCell = n.Operation == "LSTM", reverse = n.Flag("reverse");
        int bias = hasCell ? 5 : 4;
        Quantity[] rows = n.Shape(0), state = n.Shape(3);
        long hidden = n.FixedShape(2)[1], width = rows[1].Long;
        Quantity batch = state[0], steps;
        string sequences, lengths = "";
        long[]? packed = n.Told("batch_sizes") ? n.Ints("batch_sizes") : null;
        if (packed is null)
        {
            steps = n.Quantity("steps");
            sequences = n.Reshape(n.X, [steps, batch, new Quantity(width)]);
        }
        else
        {
            steps = new Quantity(packed.Length);
            sequences = Unpacked(n, packed, width);
            lengths = n.Emitter.Initializer(Tensor.From(LengthsOf(packed)), "lengths");
        }

        string weights = Gates(n, 1, gates, order, hidden), recurrent = Gates(n, 2, gates, order, hidden), biases = "";
        if (n.Flag("bias"))
        {
            biases = n.Op("Concat", [Gates(n, bias, gates, order, hidden), Gates(n, bias + 1, gates, order, hidden)], ("axis", 1));
        }

        List<string> operands = [sequences, weights, recurrent, biases, lengths, n.Unsqueeze(n.Cast(3, n.OutType), 0)];
        List<(string, object)> told = [("hidden_size", hidden), ("direction", reverse ? "reverse" : "forward")];
        if (hasCell)
        {
            operands.Add(n.Unsqueeze(n.Cast(4, n.OutType), 0));
        }
        else if (activation is not null)
        {
            told.Add(("activations", new[] { activation }));
        }
        else
        {
            told.Add(("linear_before_reset", 1));
        }

        string[] results = n.Emitter.AddMany(n.Operation, hasCell ? 3 : 2, [.. operands], [.. told]);
        string y = n.Squeeze(results[0], 1);
        n.Set(0, packed is null ? n.Reshape(y, n.OutShape) : Packed(n, y, packed, hidden));
        for (int i = 1; i < n.OutputCount; i++)
        {
            n.Set(i, n.Squeeze(results[i], 0));
        }
    }

    /// <summary>A parameter with its gates in ONNX's order, and an axis for the one direction.</summary>
    private static string Gates(NodeContext n, int operand, int gates, int[] order, long hidden)
    {
        string x = n.Cast(operand, n.OutType);
        if (gates > 1)
        {
            string[] parts = [.. order.Select(
                gate => n.Slice(x, 0, new Quantity(gate * hidden), new Quantity((gate + 1) * hidden)))];
            x = n.Op("Concat", parts, ("axis", 0));
        }

        return n.Unsqueeze(x, 0);
    }

    private static int[] LengthsOf(long[] packed)
    {
        int[] lengths = new int[packed[0]];
        foreach (long rows in packed)
        {
            for (int i = 0; i < rows; i++)
            {
                lengths[i]++;
            }
        }

        return lengths;
    }

    /// <summary>Packed rows as [steps, batch, width]; what is behind a sequence's end is never read.</summary>
    private static string Unpacked(NodeContext n, long[] packed, long width)
    {
        long batch = packed[0], start = 0;
        long[] places = new long[packed.Length * batch];
        for (int step = 0; step < packed.Length; step++)
        {
            for (int i = 0; i < packed[step]; i++)
            {
                places[(step * batch) + i] = start + i;
            }

            start += packed[step];
        }

        string index = n.Emitter.Initializer(Tensor.From(places), "rows");
        return n.Reshape(n.Op("Gather", [n.X, index], ("axis", 0)), packed.Length, batch, width);
    }

    private static string Packed(NodeContext n, string y, long[] packed, long hidden)
    {
        long batch = packed[0];
        List<long> places = [];
        for (int step = 0; step < packed.Length; step++)
        {
            for (int i = 0; i < packed[step]; i++)
            {
                places.Add((step * batch) + i);
            }
        }

        string index = n.Emitter.Initializer(Tensor.From(places.ToArray()), "rows");
        return n.Op("Gather", [n.Reshape(y, -1, hidden), index], ("axis", 0));
    }
}
