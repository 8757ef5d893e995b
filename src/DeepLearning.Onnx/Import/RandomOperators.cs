using DataType = DeepLearning.Onnx.Schema.TensorProto.Types.DataType;

namespace DeepLearning.Onnx.Import;

/// <summary>Random numbers, from the process's generator or, where a seed is given, one of their own for each run.</summary>
internal static class RandomOperators
{
    public static void Add(Operators to)
    {
        to.Add("RandomNormal", static c => Normal(c, Call.Lengths(c.Ints("shape"))));
        to.Add("RandomNormalLike", static c => Normal(c, c[0].Shape.ToArray()));
        to.Add("RandomUniform", static c => Uniform(c, Call.Lengths(c.Ints("shape"))));
        to.Add("RandomUniformLike", static c => Uniform(c, c[0].Shape.ToArray()));
        to.Add("Bernoulli", static c => Call.As(
            Tensor.Rand(c[0].Shape, generator: Seeded(c)).Less(c[0].To(DType.Float32)), Type(c, c.Type(0))));
        to.Add("Multinomial", static c => Call.As(
            c[0].To(DType.Float32).Exp().Multinomial(c.Int32("sample_size", 1), true, Seeded(c)), Type(c, DataType.Int32)));
    }

    private static Generator? Seeded(Call c) => c.Told("seed")
        ? new Generator(BitConverter.SingleToUInt32Bits(c.Float("seed", 0)))
        : null;

    private static DataType Type(Call c, DataType otherwise) => c.Told("dtype") ? ElementTypes.From((int)c.Int("dtype")) : otherwise;

    private static DataType Like(Call c) => Type(c, c.Count > 0 ? c.Type(0) : DataType.Float);

    private static Value Normal(Call c, int[] shape) => Call.As(
        Tensor.Normal(c.Float("mean", 0), c.Float("scale", 1), shape, generator: Seeded(c)), Like(c));

    private static Value Uniform(Call c, int[] shape) => Call.As(
        Tensor.Uniform(c.Float("low", 0), c.Float("high", 1), shape, generator: Seeded(c)), Like(c));
}
