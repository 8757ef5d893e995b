namespace DeepLearning.Onnx.Import;

/// <summary>Branches and loops.</summary>
internal static class ControlOperators
{
    public static void Add(Operators to)
    {
        to.AddMany("If", static c => Runner.Run(c.Body(Truth(c.Value(0)) ? "then_branch" : "else_branch"), [], c.Scope));
        to.AddMany("Loop", Loop);
        to.AddMany("Scan", ScanOfBatches);
        to.AddMany("Scan", 9, static c => Scan(c, [.. Enumerable.Range(0, c.Count).Select(c.ValueOrNull)]));
    }

    private static Value Must(Value? value) => value ?? throw new OnnxException("a value is missing that the loop needs.");

    private static bool Truth(Value value) => value.Tensor.Count == 1
        ? value.Tensor.Reshape([]).To(DType.Bool).Item<bool>()
        : throw new OnnxException($"the condition must be one truth value, not a tensor {value.Tensor.Shape}.");

    private static Value?[] Loop(Call c)
    {
        Body body = c.Body("body");
        long most = c.Has(0) ? c.Number(0) : long.MaxValue;
        bool runs = !c.Has(1) || Truth(c.Value(1));
        Value?[] carried = [.. Enumerable.Range(2, Math.Max(c.Count - 2, 0)).Select(c.ValueOrNull)];
        int scans = body.Outputs.Count - 1 - carried.Length;
        if (scans < 0)
        {
            throw new OnnxException($"the body has {body.Outputs.Count} outputs for {carried.Length} carried values.");
        }

        List<Tensor>[] collected = [.. Enumerable.Range(0, scans).Select(static _ => new List<Tensor>())];
        Value?[] last = [];
        for (long i = 0; i < most && runs; i++)
        {
            last = Runner.Run(body, [Tensor.FromScalar(i), Tensor.FromScalar(true, DType.Bool), .. carried], c.Scope);
            runs = Truth(Must(last[0]));
            carried = last[1..(1 + carried.Length)];
            for (int k = 0; k < scans; k++)
            {
                collected[k].Add(Must(last[1 + carried.Length + k]).Tensor);
            }
        }

        return [.. carried, .. collected.Select((tensors, k) => tensors.Count == 0
            ? Tensor.Zeros([0], DType.Float32)
            : new Value(Tensor.Stack(tensors.ToArray(), 0), last[1 + carried.Length + k]!.Type))];
    }

    private static Value?[] Scan(Call c, Value?[] operands)
    {
        Body body = c.Body("body");
        int inputs = c.Int32("num_scan_inputs", 0), states = operands.Length - inputs, outputs = body.Outputs.Count - states;
        if (inputs < 0 || states < 0 || outputs < 0)
        {
            throw new OnnxException($"{inputs} scanned inputs do not fit {operands.Length} operands.");
        }

        long[] inAxes = Each(c, "scan_input_axes", inputs), outAxes = Each(c, "scan_output_axes", outputs);
        long[] inDirections = Each(c, c.Told("directions") ? "directions" : "scan_input_directions", inputs);
        long[] outDirections = Each(c, "scan_output_directions", outputs);
        Value?[] state = operands[..states];
        Tensor[] scanned = [.. operands[states..].Select(static value => Must(value).Tensor)];
        int[] axes = [.. scanned.Select((x, k) => Call.Axis(inAxes[k], x.Rank))];
        int steps = scanned.Length == 0 ? 0 : scanned[0].Size(axes[0]);
        if (scanned.Where((x, k) => x.Size(axes[k]) != steps).Any())
        {
            throw new OnnxException("the scanned inputs have different lengths.");
        }

        List<Tensor>[] collected = [.. Enumerable.Range(0, outputs).Select(static _ => new List<Tensor>())];
        Value?[] last = [];
        for (int i = 0; i < steps; i++)
        {
            Value[] slices = [.. scanned.Select((x, k) => new Value(
                x.Select(axes[k], inDirections[k] == 1 ? steps - 1 - i : i), operands[states + k]!.Type))];
            last = Runner.Run(body, [.. state, .. slices], c.Scope);
            state = last[..states];
            for (int k = 0; k < outputs; k++)
            {
                collected[k].Add(Must(last[states + k]).Tensor);
            }
        }

        return [.. state, .. collected.Select((tensors, k) =>
        {
            if (tensors.Count == 0)
            {
                return (Value)Tensor.Zeros([0], DType.Float32);
            }

            if (outDirections[k] == 1)
            {
                tensors.Reverse();
            }

            return new Value(Tensor.Stack(tensors.ToArray(), Call.Axis(outAxes[k], tensors[0].Rank + 1)), last[states + k]!.Type);
        })];
    }

    private static long[] Each(Call c, string name, int count) => c.Ints(name) is { Length: > 0 } given
        ? given.Length == count ? given : throw new OnnxException($"{name} has {given.Length} numbers, and {count} are needed.")
        : new long[count];

    /// <summary>Opset 8: a batch of scans, side by side.</summary>
    private static Value?[] ScanOfBatches(Call c)
    {
        if (c.Has(0))
        {
            throw new OnnxException("sequences of different lengths are not supported in the scan of opset 8.");
        }

        Value[] operands = [.. Enumerable.Range(1, c.Count - 1).Select(c.Value)];
        Value?[][] results = [.. Enumerable.Range(0, operands[0].Tensor.Size(0)).Select(
            batch => Scan(c, [.. operands.Select(value => new Value(value.Tensor.Select(0, batch), value.Type))]))];
        return [.. Enumerable.Range(0, results[0].Length).Select(k => new Value(
            Tensor.Stack([.. results.Select(result => Must(result[k]).Tensor)], 0), Must(results[0][k]).Type))];
    }
}
