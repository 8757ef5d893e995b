using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>Sequences of tensors, and values that may be missing.</summary>
internal static class SequenceOperators
{
    public static void Add(Operators to)
    {
        to.Add("SequenceConstruct", static c => new Value([.. Enumerable.Range(0, c.Count).Select(c.Value)], c.Type(0)));
        to.Add("SequenceEmpty", static c => new Value([], ElementTypes.From((int)c.Int("dtype", (long)DataType.Float))));
        to.Add("SequenceAt", static c => c.Value(0).Items[Place(c, 1, 0, c.Value(0).Items.Count)]);
        to.Add("SequenceErase", static c =>
        {
            List<Value> items = [.. c.Value(0).Items];
            items.RemoveAt(Place(c, 1, items.Count - 1, items.Count));
            return new Value(items, c.Type(0));
        });
        to.Add("SequenceInsert", static c =>
        {
            List<Value> items = [.. c.Value(0).Items];
            items.Insert(Place(c, 2, items.Count, items.Count + 1), c.Value(1));
            return new Value(items, c.Type(1));
        });
        to.Add("SequenceLength", static c => Tensor.FromScalar((long)c.Value(0).Items.Count));
        to.Add("ConcatFromSequence", static c =>
        {
            Tensor[] tensors = [.. c.Value(0).Items.Select(static item => item.Tensor)];
            if (tensors.Length == 0)
            {
                throw new OnnxException("an empty sequence has nothing to join.");
            }

            bool stacks = c.Flag("new_axis");
            int axis = Call.Axis(c.Int("axis"), tensors[0].Rank + (stacks ? 1 : 0));
            return c.Keep(0, stacks ? Tensor.Stack(tensors, axis) : Tensor.Cat(tensors, axis));
        });
        to.Add("SplitToSequence", Split);
        to.AddMany("SequenceMap", Map);
        to.AddMany("Optional", static c => [c.ValueOrNull(0)]);
        to.AddMany("OptionalGetElement", static c => [c.Value(0)]);
        to.Add("OptionalHasElement", static c => Tensor.FromScalar(c.Has(0), DType.Bool));
    }

    private static int Place(Call c, int operand, int otherwise, int count)
    {
        long place = c.Has(operand) ? c.Number(operand) : otherwise;
        place = place < 0 && c.Operator == "SequenceInsert" ? place + count - 1 : place < 0 ? place + count : place;
        return place >= 0 && place < count ? (int)place : throw new OnnxException($"there is no place {place} of {count} in the sequence.");
    }

    private static Value Split(Call c)
    {
        Tensor x = c[0];
        int axis = c.Axis("axis", 0, x.Rank);
        Tensor[] parts;
        if (!c.Has(1))
        {
            bool keeps = c.Flag("keepdims", true);
            parts = [.. Enumerable.Range(0, x.Size(axis)).Select(i => keeps ? x.Narrow(axis, i, 1) : x.Select(axis, i))];
        }
        else if (c[1].Rank == 0)
        {
            parts = x.Split(Call.Small(c.Number(1), "a length"), axis);
        }
        else
        {
            parts = x.Split(Call.Lengths(c.Numbers(1)), axis);
        }

        return new Value([.. parts.Select(part => c.Keep(0, part))], c.Type(0));
    }

    private static Value?[] Map(Call c)
    {
        Body body = c.Body("body");
        int count = c.Value(0).Items.Count;
        List<Value>[] results = [.. body.Outputs.Select(static _ => new List<Value>())];
        for (int i = 0; i < count; i++)
        {
            Value?[] given = [.. Enumerable.Range(0, c.Count).Select(
                k => c.Value(k) is { IsSequence: true } sequence
                    ? i < sequence.Items.Count ? sequence.Items[i] : throw new OnnxException("the sequences have different lengths.")
                    : c.Value(k))];
            Value?[] outputs = Runner.Run(body, given, c.Scope);
            for (int k = 0; k < results.Length; k++)
            {
                results[k].Add(outputs[k] ?? throw new OnnxException("a value is missing that the sequence needs."));
            }
        }

        return [.. results.Select(static items => new Value(items, items.Count > 0 ? items[0].Type : DataType.Float))];
    }
}
