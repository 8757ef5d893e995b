using DeepLearning.Initializers;

namespace DeepLearning.Tests.Golden;

/// <summary>
/// What is not random is compared as it is. Of random fillings the recorded ends, or mean and deviation, are returned where what was filled
/// shows them, as precisely as so many numbers can.
/// </summary>
internal static class InitializerBindings
{
    private static readonly Dictionary<string, Nonlinearity> s_functions = new()
    {
        ["linear"] = Nonlinearity.Linear,
        ["sigmoid"] = Nonlinearity.Sigmoid,
        ["tanh"] = Nonlinearity.Tanh,
        ["relu"] = Nonlinearity.ReLU,
        ["leaky_relu"] = Nonlinearity.LeakyReLU,
        ["selu"] = Nonlinearity.SELU,
    };

    public static readonly Dictionary<string, GoldenBinding> Table = new()
    {
        ["dirac"] = c => [Initialize.Dirac(c[0].Clone(), c.Int("groups"))],
        ["init_eye"] = c => [Initialize.Eye(c[0].Clone())],
        ["init_constant"] = c => [Initialize.Constant(c[0].Clone(), c.Double("val"))],
        ["init_ones"] = c => [Initialize.Ones(c[0].Clone())],
        ["init_zeros"] = c => [Initialize.Zeros(c[0].Clone())],
        ["calculate_gain"] = c =>
            [Tensor.FromScalar(Initialize.CalculateGain(s_functions[c.Text("nonlinearity")], c.Double("param", 0.01)), DType.Float64)],
        ["xavier_uniform"] = c => Ends(c, static (w, c) => Initialize.XavierUniform(w, c.Double("gain"), new Generator(1))),
        ["xavier_normal"] = c => Moments(c, static (w, c) => Initialize.XavierNormal(w, c.Double("gain"), new Generator(1))),
        ["kaiming_uniform"] = c => Ends(c, static (w, c) =>
            Initialize.KaimingUniform(w, c.Double("a"), Mode(c), s_functions[c.Text("nonlinearity")], new Generator(1))),
        ["kaiming_normal"] = c => Moments(c, static (w, c) =>
            Initialize.KaimingNormal(w, c.Double("a"), Mode(c), s_functions[c.Text("nonlinearity")], new Generator(1))),
    };

    private static FanMode Mode(GoldenCall c) => c.Text("mode") == "fan_in" ? FanMode.FanIn : FanMode.FanOut;

    // Draws from one generator differ between two calls by the ends alone: a number between them tells both ends.
    private static Tensor[] Ends(GoldenCall c, Func<Tensor, GoldenCall, Tensor> fill)
    {
        Tensor filled = fill(Tensor.Zeros(c.Ints("shape"), DType.Float64), c);
        Tensor units = Tensor.Uniform(-1, 1, c.Ints("shape"), DType.Float64, new Generator(1));
        double end = (filled.Abs().Sum() / units.Abs().Sum()).Item<double>();
        return [Tensor.From([-end, end])];
    }

    private static Tensor[] Moments(GoldenCall c, Func<Tensor, GoldenCall, Tensor> fill)
    {
        Tensor filled = fill(Tensor.Zeros(c.Ints("shape"), DType.Float64), c);
        Tensor units = Tensor.Normal(0, 1, c.Ints("shape"), DType.Float64, new Generator(1));
        double deviation = (filled.Abs().Sum() / units.Abs().Sum()).Item<double>();
        return [Tensor.From([(filled - (units * deviation)).Mean().Item<double>(), deviation])];
    }
}
