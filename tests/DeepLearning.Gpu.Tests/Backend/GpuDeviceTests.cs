using System.Reflection;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Numerics;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Gpu.Backend;

public sealed class GpuDeviceTests
{
    private static Device Debugging => Device.IlgpuCpu;

    [Fact]
    public void A_machine_without_a_GPU_gets_one_clear_sentence()
    {
        if (Device.GpuCount == 0)
        {
            DeviceException refused = Assert.Throws<DeviceException>(static () => Device.Gpu());
            Assert.Contains("no NVIDIA GPU", refused.Message);
        }
        else
        {
            Assert.Same(Device.Gpu(), Device.Gpu(0));
            Assert.Contains("counted from 0", Assert.Throws<DeviceException>(static () => Device.Gpu(1000)).Message);
        }
    }

    [Fact]
    public void The_debugging_device_is_one_object_that_is_found_by_its_name()
    {
        Assert.Same(Device.IlgpuCpu, Device.IlgpuCpu);
        Assert.Same(Device.IlgpuCpu, Device.Get("ilgpu:cpu"));
        Assert.Throws<DeviceException>(static () => Device.Cpu.GpuMemory);
    }

    [Fact]
    public void A_model_trains_to_the_processors_losses_without_a_detour_over_the_host()
    {
        Device own = OwnDevice.Make("ilgpu:training");
        float[] expected = Train(Device.Cpu), actual = Train(own);
        Assert.True(expected[^1] < expected[0], "It does not learn.");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }

        Assert.Empty(own.HostFallbacks);
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Int64)]
    [InlineData(DType.Int32)]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Bool)]
    [InlineData(DType.Float32)]
    public void Every_type_converts_to_every_other_as_on_the_processor(DType from)
    {
        double[] numbers = [0, -0.0, 1, -1, 0.3, 2.5, -7.75, 255, 1000.0009765625, 70000, 1e-7, 3e38, double.NaN, double.PositiveInfinity];
        Tensor x = Tensor.From(from is DType.UInt8 or DType.Bool ? [0, 1, 2, 200, 255] : numbers).To(from);
        foreach (DType to in Enum.GetValues<DType>())
        {
            double[] expected = x.To(to).To(DType.Float64).ToArray<double>();
            Assert.Equal(expected, x.To(Debugging).To(to).To(Device.Cpu).To(DType.Float64).ToArray<double>());
        }
    }

    [Fact]
    public void A_divisor_of_zero_is_refused_by_name()
    {
        // Of its own, for an error is told to whoever reads next.
        Device own = OwnDevice.Make("ilgpu:divisors");
        Tensor x = Tensor.From([4L, 5]).To(own), zero = Tensor.From([1L, 0]).To(own);
        Tensor quotient = x.FloorDivide(zero);
        Assert.Contains("FloorDivide", Assert.Throws<DivideByZeroException>(() => quotient.ToArray<long>()).Message);
        Assert.Equal([4L, 5], x.FloorDivide(Tensor.From([1L, 1]).To(own)).ToArray<long>());
    }

    [Fact]
    public void Only_shuffles_and_draws_by_weight_go_by_way_of_the_processor()
    {
        Device own = OwnDevice.Make("ilgpu:fallbacks");
        Tensor order = Tensor.RandPerm(9, generator: new Generator(3), device: own);
        Assert.Equal(Tensor.RandPerm(9, generator: new Generator(3)).ToArray<long>(), order.ToArray<long>());
        Tensor weights = Tensor.From([0.1, 0.5, 0.4]);
        Assert.Equal(
            weights.Multinomial(5, replacement: true, new Generator(4)).ToArray<long>(),
            weights.To(own).Multinomial(5, replacement: true, new Generator(4)).ToArray<long>());
        Assert.Equal(["Multinomial", "RandPerm"], own.HostFallbacks.Keys.Order());
        Assert.Empty(Debugging.HostFallbacks.Keys.Except(own.HostFallbacks.Keys));
    }

    [Fact]
    public void No_formula_holds_what_a_kernel_cannot_take()
    {
        IEnumerable<Type> formulas =
        [
            .. Formulas.FormulaList.Steps.Select(static step => step.GetGenericArguments()[0]), .. Formulas.FormulaList.Predicates,
            .. Formulas.FormulaList.Updates, .. Formulas.FormulaList.Reductions,
        ];
        Assert.DoesNotContain(formulas.Distinct(), static formula => HasTruthValue(formula)
            || (formula.IsNestedPrivate && formula.DeclaringType != typeof(FloatFunctions)));
    }

    private static bool HasTruthValue(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Any(static field => field.FieldType == typeof(bool) || Nullable.GetUnderlyingType(field.FieldType) is not null
            || (field.FieldType is { IsValueType: true, IsPrimitive: false, IsEnum: false } && HasTruthValue(field.FieldType)));

    private static float[] Train(Device device)
    {
        Generator generator = new(5);
        Tensor images = Tensor.Randn([12, 6], generator: generator).To(device);
        Tensor labels = Tensor.From([0L, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]).To(device);
        Sequential model = [new Linear(6, 8, generator: generator), new ReLU(), new Linear(8, 3, generator: generator)];
        model.To(device);
        Adam optimizer = new(model.Parameters(), learningRate: 0.05);
        float[] losses = new float[6];
        for (int i = 0; i < losses.Length; i++)
        {
            optimizer.ZeroGrad();
            Tensor loss = Loss.CrossEntropy(model.Forward(images), labels);
            loss.Backward();
            optimizer.Step();
            losses[i] = loss.Item<float>();
        }

        return losses;
    }
}
