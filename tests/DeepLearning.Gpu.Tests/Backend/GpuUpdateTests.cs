using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Gpu.Backend;

/// <summary>Steps of optimizers over all parameters at once, and clipping: the processor's numbers.</summary>
public sealed class GpuUpdateTests
{
    private static readonly Device s_device = OwnDevice.Make("ilgpu:updates");

    public static TheoryData<string> Names => [.. s_optimizers.Keys];

    private static readonly Dictionary<string, Func<Tensor[], Optimizer>> s_optimizers = new()
    {
        ["SGD"] = static p => new SGD(p, 0.1),
        ["SGD with momentum"] = static p => new SGD(p, 0.1, momentum: 0.9, weightDecay: 0.01),
        ["Adam"] = static p => new Adam(p, 0.1),
        ["Adam with AMSGrad"] = static p => new Adam(p, 0.1, amsgrad: true),
        ["AdamW"] = static p => new AdamW(p, 0.1),
        ["Adamax"] = static p => new Adamax(p),
        ["AdaDelta"] = static p => new AdaDelta(p),
        ["AdaGrad"] = static p => new AdaGrad(p),
        ["ASGD"] = static p => new ASGD(p),
        ["LAMB"] = static p => new LAMB(p),
        ["Lion"] = static p => new Lion(p),
        ["NAdam"] = static p => new NAdam(p),
        ["RAdam"] = static p => new RAdam(p),
        ["RMSprop"] = static p => new RMSprop(p),
        ["Rprop"] = static p => new Rprop(p),
        ["ScheduleFreeAdamW"] = static p => new ScheduleFreeAdamW(p),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Three_steps_give_the_processors_parameters(string name)
    {
        double[][] Run(Device device)
        {
            Tensor[] parameters = Parameters(device, DType.Float32);
            Optimizer optimizer = s_optimizers[name](parameters);
            for (int step = 0; step < 3; step++)
            {
                SetGradients(parameters, (ulong)step);
                optimizer.Step();
            }

            return Values(parameters);
        }

        double[][] expected = Run(Device.Cpu), actual = Run(s_device);
        for (int i = 0; i < expected.Length; i++)
        {
            // LAMB divides by norms, whose sums are grouped otherwise.
            double most = name == "LAMB" ? 1e-6 : 0;
            Assert.All(expected[i].Zip(actual[i]), pair => Assert.InRange(pair.First - pair.Second, -most, most));
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float64)]
    public void Parameters_of_other_types_are_updated_as_on_the_processor(DType dtype)
    {
        double[][] Run(Device device)
        {
            Tensor[] parameters = Parameters(device, dtype);
            AdamW optimizer = new(parameters, 0.1);
            SetGradients(parameters, 5);
            optimizer.Step();
            return Values(parameters);
        }

        Assert.Equal(Run(Device.Cpu), Run(s_device));
    }

    [Fact]
    public void Groups_with_rates_of_their_own_and_moved_parameters_are_updated_each_by_its_own()
    {
        double[][] Run(Device device)
        {
            Tensor[] parameters = Parameters(device, DType.Float32);
            Adam optimizer = new(
                new ParameterGroup<AdamOptions>(parameters[..1], new AdamOptions { LearningRate = 0.5 }),
                new ParameterGroup<AdamOptions>(parameters[1..], new AdamOptions { LearningRate = 0.01 }));
            SetGradients(parameters, 1);
            parameters[1].Grad = null;
            optimizer.Step();
            SetGradients(parameters, 2);
            optimizer.Step();
            return Values(parameters);
        }

        Assert.Equal(Run(Device.Cpu), Run(s_device));
    }

    [Theory]
    [InlineData(2, DType.Float32)]
    [InlineData(2, DType.BFloat16)]
    [InlineData(2, DType.Float64)]
    [InlineData(1, DType.Float32)]
    [InlineData(3, DType.Float32)]
    [InlineData(-2, DType.Float32)]
    [InlineData(double.PositiveInfinity, DType.Float32)]
    [InlineData(double.NegativeInfinity, DType.Float32)]
    [InlineData(0, DType.Float32)]
    public void Clipping_gives_the_processors_gradients_without_reading_the_norm(double order, DType dtype)
    {
        foreach (double scale in new[] { 1, 1e30, 1e-30 })
        {
            if (dtype == DType.BFloat16 || scale == 1 || dtype == DType.Float32)
            {
                Clipped(order, dtype, scale);
            }
        }
    }

    [Fact]
    public void A_norm_that_is_not_finite_is_an_error_where_it_is_to_be_one()
    {
        Tensor[] parameters = Parameters(s_device, DType.Float32);
        SetGradients(parameters, 1);
        long before = Waits.Of(s_device);
        Gradients.ClipNorm(parameters, 1, errorIfNonFinite: true);
        Assert.Equal(before + 1, Waits.Of(s_device));
        parameters[0].Grad = parameters[0].Grad! / 0.0;
        double[] last = parameters[^1].Grad!.To(DType.Float64).ToArray<double>();
        Assert.Throws<InvalidOperationException>(() => Gradients.ClipNorm(parameters, 1, errorIfNonFinite: true));
        Assert.Equal(last, parameters[^1].Grad!.To(DType.Float64).ToArray<double>());
        Assert.False(double.IsFinite(Gradients.ClipNorm(parameters, 1).Item<double>()));
    }

    private static void Clipped(double order, DType dtype, double scale)
    {
        (double Norm, double[][] Clipped) Run(Device device)
        {
            Tensor[] parameters = Parameters(device, dtype);
            SetGradients(parameters, 3);
            foreach (Tensor parameter in parameters)
            {
                parameter.Grad!.MultiplyInPlace(scale);
            }

            long waits = device == s_device ? Waits.Of(device) : 0;
            Tensor norm = Gradients.ClipNorm(parameters, 0.5 * Math.Min(scale, 1), order);
            Assert.Equal(waits, device == s_device ? Waits.Of(device) : 0);
            return (norm.Item<double>(), Values([.. parameters.Select(static p => p.Grad!)]));
        }

        (double norm, double[][] expected) = Run(Device.Cpu);
        (double there, double[][] actual) = Run(s_device);
        double near = dtype == DType.BFloat16 ? 1e-2 : 1e-5;
        Assert.True(norm.Equals(there) || Math.Abs(norm - there) <= near * norm, $"{there} for {norm} of order {order}, scale {scale}");
        for (int i = 0; i < expected.Length; i++)
        {
            double most = expected[i].Select(Math.Abs).Max() * near;
            Assert.All(expected[i].Zip(actual[i]), pair => Assert.InRange(pair.First - pair.Second, -most, most));
        }
    }

    /// <summary>Of two sizes, one more than a chunk, and a single number.</summary>
    private static Tensor[] Parameters(Device device, DType dtype)
    {
        Tensor[] parameters =
        [
            .. new[] { new[] { 7 }, [33, 35], [1] }.Select((lengths, i) =>
                Tensor.Randn(lengths, generator: new Generator((ulong)i)).To(dtype).To(device)),
        ];
        Array.ForEach(parameters, static parameter => parameter.RequiresGrad = true);
        return parameters;
    }

    private static void SetGradients(Tensor[] parameters, ulong seed)
    {
        foreach (Tensor parameter in parameters)
        {
            Tensor made = Tensor.Randn(parameter.Shape, generator: new Generator(seed + (ulong)parameter.Count)).To(parameter.DType);
            parameter.Grad = made.To(parameter.Device);
        }
    }

    private static double[][] Values(Tensor[] tensors) =>
        [.. tensors.Select(static x => x.Detach().To(Device.Cpu).To(DType.Float64).ToArray<double>())];
}
