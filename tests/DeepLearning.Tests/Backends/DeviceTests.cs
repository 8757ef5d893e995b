using DeepLearning.Data;
using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;
using DeepLearning.Serialization;
using DeepLearning.Tests.Backends.Reference;
using DeepLearning.Tests.Golden;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Backends;

/// <summary>Tensors, models and files that go from the processor to another device and back.</summary>
public sealed class DeviceTests
{
    private static readonly Device s_device = ReferenceDevice.Instance;

    private static readonly DType[] s_types =
    [
        DType.Float32, DType.Float64, DType.Float16, DType.BFloat16, DType.Int64, DType.Int32, DType.UInt8, DType.Bool,
    ];

    [Fact]
    public void Every_type_and_layout_goes_to_a_device_and_back_with_its_bits()
    {
        Tensor numbers = Tensor.Randn([3, 4, 5], DType.Float64);
        foreach (DType dtype in s_types)
        {
            Tensor x = numbers.To(dtype);
            foreach (Tensor view in (Tensor[])[
                x, x.T, x[1..], x[.., 2], x[.., .., 1..3], x.Narrow(0, 1, 0), x[0, 0, 0], x.Unsqueeze(1).Expand(3, 2, 4, 5)])
            {
                Tensor moved = view.To(s_device);
                Assert.Same(s_device, moved.Device);
                Assert.Equal((view.DType, view.Shape), (moved.DType, moved.Shape));
                Assert.Equal(view.ToArray<double>(), moved.ToArray<double>());
                Assert.True(moved.To(Device.Cpu).Equal(view));
                Assert.True(moved.To(ReferenceDevice.Second).To(Device.Cpu).Equal(view));
            }
        }
    }

    [Fact]
    public void Devices_are_found_by_name_and_names_are_taken_once()
    {
        Assert.Same(Device.Cpu, Device.All[0]);
        Assert.Same(Device.Cpu, Device.Get("CPU"));
        Assert.Same(s_device, Device.Get("reference"));
        Assert.Contains(s_device, Device.All);
        Assert.Equal("reference", $"{s_device}");
        Assert.False(Device.TryGet("gpu:7", out _));
        DeviceException error = Assert.Throws<DeviceException>(() => Device.Get("gpu:7"));
        Assert.Contains("'gpu:7'; there are cpu", error.Message, StringComparison.Ordinal);
        foreach (string name in (string[])["cpu", "Reference", "", "gpu 7"])
        {
            Assert.Throws<ArgumentException>(() => Device.Register(name, static device => new ReferenceBackend(device)));
        }

        Assert.Equal(Device.All.Count, Device.All.Select(static device => device.Name).Distinct().Count());
    }

    [Fact]
    public void A_tensor_that_is_there_already_is_not_copied()
    {
        Tensor x = Tensor.Randn(2, 3), moved = x.To(s_device);
        Assert.Same(x, x.To(Device.Cpu));
        Assert.Same(moved, moved.To(s_device));
    }

    [Fact]
    public void Gradients_come_back_to_where_the_leaf_is()
    {
        Tensor x = Tensor.Randn([2, 3], DType.Float64);
        x.RequiresGrad = true;
        (x.To(s_device).Square() * 3).Sum().Backward();
        Assert.Same(Device.Cpu, x.Grad!.Device);
        Assert.True((x.Detach() * 6).AllClose(x.Grad!));
        GradCheck.Second(static ins => ins[0].To(s_device).Exp().To(Device.Cpu).Square(), [x]);
    }

    public static TheoryData<string, Action<Tensor>> Spans() => new()
    {
        { "AsSpan", static x => x.AsSpan<float>() },
        { "AsReadOnlySpan", static x => x.AsReadOnlySpan<float>() },
        { "AsSpan", static x => x.Access<float>(static _ => { }) },
        { "Read", static x => x.Read<float, int>(static span => span.Length) },
        { "AsTensorSpan", static x => x.AsTensorSpan<float>() },
        { "AsReadOnlyTensorSpan", static x => x.AsReadOnlyTensorSpan<float>() },
    };

    [Theory]
    [MemberData(nameof(Spans))]
    public void A_span_of_another_device_is_refused_with_advice(string operation, Action<Tensor> take)
    {
        Tensor x = Tensor.Randn([2, 3], device: s_device);
        DeviceException error = Assert.Throws<DeviceException>(() => take(x));
        Assert.StartsWith($"{operation}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("reference", error.Message, StringComparison.Ordinal);
        Assert.Contains(".To(Device.Cpu)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_read_and_written_from_the_host()
    {
        Tensor x = Tensor.From([1.5f, -2f, 3f]).To(s_device);
        Assert.Equal(-2.0, x[1].Item<double>());
        Assert.Equal([1L, -2L, 3L], x.ToArray<long>());
        float[] copy = new float[3];
        x.CopyTo(copy.AsSpan());
        Assert.Equal([1.5f, -2f, 3f], copy);
        x.CopyFrom([4f, 5f, 6f]);
        Assert.Equal([4f, 5f, 6f], x.ToArray<float>());
        x.CopyFrom(Tensor.From([7L, 8L, 9L]));
        Assert.Equal([7f, 8f, 9f], x.ToArray<float>());
        Assert.Equal(Tensor.From([7f, 8f, 9f]).ToString(), x.ToString());
        Assert.Equal([7f, 8f, 9f], x.ToVector<float>());
    }

    [Fact]
    public void A_leaf_that_was_moved_gets_its_gradient_where_it_is_but_old_elements_that_are_needed_are_gone()
    {
        Linear layer = new(2, 2);
        Tensor x = Tensor.Randn(3, 2);
        Tensor y = layer.Forward(x).Square().Sum();
        layer.To(s_device);
        y.Backward();
        Assert.Same(s_device, layer.Weight.Grad!.Device);
        layer.To(Device.Cpu);
        x.RequiresGrad = true;
        y = layer.Forward(x).Square().Sum();
        layer.To(s_device);
        Assert.Throws<AutogradException>(() => y.Backward());
    }

    public static TheoryData<string, Func<Tensor, Tensor, Tensor>> Meetings() => new()
    {
        { "Add", static (a, b) => a + b },
        { "Subtract", static (a, b) => a.Subtract(b) },
        { "Multiply", static (a, b) => a * b },
        { "Divide", static (a, b) => a / b },
        { "Pow", static (a, b) => a.Abs().Pow(b) },
        { "Maximum", static (a, b) => a.Maximum(b) },
        { "Fmod", static (a, b) => a.Fmod(b) },
        { "Remainder", static (a, b) => a % b },
        { "FloorDivide", static (a, b) => a.FloorDivide(b) },
        { "Less", static (a, b) => a < b },
        { "EqualTo", static (a, b) => a.EqualTo(b) },
        { "LogicalAnd", static (a, b) => a.LogicalAnd(b) },
        { "BitwiseAnd", static (a, b) => a.To(DType.Int64) & b.To(DType.Int64) },
        { "Lerp", static (a, b) => a.Lerp(b, b) },
        { "Where", static (a, b) => Tensor.Where(a > 0.0, a, b) },
        { "AddCMul", static (a, b) => a.AddCMul(b, b) },
        { "MaskedFill", static (a, b) => a.MaskedFill(a > 0.0, b) },
        { "IndexPut", static (a, b) => a.IndexPut([1], b) },
    };

    [Theory]
    [MemberData(nameof(Meetings))]
    public void A_number_on_the_host_meets_a_tensor_on_a_device(string name, Func<Tensor, Tensor, Tensor> operation)
    {
        Tensor x = Tensor.From([1.5, -2.0, 3.0, 0.5]), number = Tensor.FromScalar(1.25, DType.Float64);
        Tensor expected = operation(x, number), y = operation(x.To(s_device), number);
        Assert.Same(s_device, y.Device);
        Assert.Equal(expected.ToArray<double>(), y.ToArray<double>());
        if (name is not ("Lerp" or "AddCMul" or "Where" or "MaskedFill" or "IndexPut"))
        {
            Tensor turned = operation(number, x.To(s_device));
            Assert.Same(s_device, turned.Device);
            Assert.Equal(operation(number, x).ToArray<double>(), turned.ToArray<double>());
        }

        // The other way round nothing is moved unasked, nor is anything that has axes.
        DeviceException error = Assert.Throws<DeviceException>(() => operation(x, number.To(s_device)));
        Assert.Contains("cpu", error.Message, StringComparison.Ordinal);
        Assert.Contains("reference", error.Message, StringComparison.Ordinal);
        Assert.ThrowsAny<Exception>(() => operation(x.To(s_device), number.Reshape(1)));
        Assert.Throws<DeviceException>(() => operation(x.To(s_device), number.To(ReferenceDevice.Second)));
    }

    [Fact]
    public void The_gradient_of_a_number_that_met_a_tensor_goes_to_the_host()
    {
        Tensor x = Tensor.From([1.5, -2.0, 3.0]).To(s_device), number = Tensor.FromScalar(2.0, DType.Float64);
        number.RequiresGrad = true;
        (x * number + number).Sum().Backward();
        Assert.Same(Device.Cpu, number.Grad!.Device);
        Assert.Equal(5.5, number.Grad!.Item<double>(), 12);
    }

    [Fact]
    public void Writing_in_place_takes_numbers_of_the_host_and_refuses_the_rest_unchanged()
    {
        Tensor x = Tensor.From([1.0, 2.0]).To(s_device), number = Tensor.FromScalar(3.0, DType.Float64);
        x.AddInPlace(number).MultiplyInPlace(number).LerpInPlace(number, number).FmodInPlace(Tensor.FromScalar(100.0, DType.Float64));
        Assert.Equal([-15.0, -21.0], x.ToArray<double>());
        foreach (Action write in (Action[])[
            () => x.AddInPlace(Tensor.From([1.0, 2.0])), () => x.FmodInPlace(Tensor.From([1.0, 2.0])),
            () => x.LerpInPlace(x, Tensor.From([1.0, 2.0])), () => x.MaximumInPlace(Tensor.From([1.0, 2.0])),
            () => x.MaskedFillInPlace(Tensor.From([true, false]), 1.0), () => number.AddInPlace(x.Sum())])
        {
            Assert.Throws<DeviceException>(write);
            Assert.Equal([-15.0, -21.0], x.ToArray<double>());
            Assert.Equal(3.0, number.Item<double>());
        }
    }

    [Fact]
    public void Indices_of_the_host_point_into_a_tensor_on_a_device()
    {
        Tensor x = Tensor.Arange(12).Reshape(3, 4), moved = x.To(s_device);
        Assert.True(moved[new[] { 2, 0 }].To(Device.Cpu).Equal(x[new[] { 2, 0 }]));
        Assert.True(moved[.., Tensor.From([1L, 3L])].To(Device.Cpu).Equal(x[.., Tensor.From([1L, 3L])]));
        Assert.True(moved[x > 4].To(Device.Cpu).Equal(x[x > 4]));
        Assert.Throws<DeviceException>(() => moved[(x > 4).To(ReferenceDevice.Second)]);
        moved[.., 1] = 7;
        x[.., 1] = 7;
        Assert.True(moved.To(Device.Cpu).Equal(x));
    }

    [Fact]
    public void What_is_made_on_a_device_is_there_and_has_the_numbers_of_the_processor()
    {
        foreach (Func<Device?, Generator, Tensor> make in (Func<Device?, Generator, Tensor>[])[
            static (d, _) => Tensor.Zeros([2, 3], DType.Float32, d), static (d, _) => Tensor.Ones([2, 3], DType.Int32, d),
            static (d, _) => Tensor.Full([3], 7, device: d), static (d, _) => Tensor.FromScalar(true, device: d),
            static (d, _) => Tensor.Eye(3, 4, device: d), static (d, _) => Tensor.Arange(1, 9, 2, device: d),
            static (d, _) => Tensor.Linspace(-1, 2, 7, device: d), static (d, _) => Tensor.Logspace(0, 2, 5, device: d),
            static (d, g) => Tensor.Rand([50], generator: g, device: d), static (d, g) => Tensor.Uniform(-2, 3, [50], DType.Float16, g, d),
            static (d, g) => Tensor.Randn([50], DType.Float64, g, d), static (d, g) => Tensor.RandInt(-5, 9, [50], generator: g, device: d),
            static (d, g) => Tensor.RandPerm(50, generator: g, device: d),
            static (d, g) => Tensor.Empty([50], device: d).BernoulliInPlace(0.3, g),
            static (d, g) => Tensor.Empty([50], device: d).ExponentialInPlace(2, g),
            static (d, g) => Tensor.From([0.1, 0.2, 0.7]).To(d ?? Device.Cpu).Multinomial(20, true, g)])
        {
            Generator onHost = new(7), onDevice = new(7);
            Tensor expected = make(null, onHost), y = make(s_device, onDevice);
            Assert.Same(s_device, y.Device);
            Assert.True(y.To(Device.Cpu).Equal(expected), $"{y} is not {expected}");
            Assert.Equal(onHost.State, onDevice.State);
        }
    }

    [Fact]
    public void A_model_that_is_moved_keeps_its_objects_and_its_optimizer()
    {
        (Sequential model, Adam optimizer) = Made();
        (Sequential other, Adam same) = Made();
        Parameter[] parameters = [.. model.Parameters()];
        Tensor x = Tensor.Randn([8, 3], generator: new Generator(3)), y = Tensor.Randn([8, 2], generator: new Generator(4));
        for (int step = 0; step < 9; step++)
        {
            Device device = step switch { < 3 => Device.Cpu, < 6 => s_device, _ => ReferenceDevice.Second };
            model.To(device);
            Assert.Equal(parameters, model.Parameters());
            Assert.All(model.Parameters(), p => Assert.Same(device, p.Device));
            Assert.All(model.NamedBuffers(), b => Assert.Same(device, b.Buffer.Device));
            double loss = Step(model, optimizer, x.To(device), y.To(device)), wanted = Step(other, same, x, y);
            Assert.Equal(wanted, loss, 1e-5 * Math.Abs(wanted));
        }

        model.To(Device.Cpu);
        foreach ((Parameter a, Parameter b) in model.Parameters().Zip(other.Parameters()))
        {
            Assert.True(a.AllClose(b, 1e-4, 1e-5));
            Assert.Same(Device.Cpu, a.Grad!.Device);
        }
    }

    [Fact]
    public void Files_and_states_are_written_from_and_read_into_any_device()
    {
        using TemporaryFolder folder = new();
        string file = folder["model.safetensors"], other = folder["tensors.safetensors"];
        (Sequential model, Adam optimizer) = Made();
        model.To(s_device);
        Step(model, optimizer, Tensor.Randn([8, 3]).To(s_device), Tensor.Randn([8, 2]).To(s_device));
        model.Save(file);
        (Sequential loaded, Adam continued) = Made();
        loaded.Load(file);
        continued.LoadStateDict(optimizer.StateDict());
        (Sequential moved, Adam there) = Made();
        moved.To(s_device).Load(file);
        there.LoadStateDict(continued.StateDict());
        foreach ((string name, Tensor value) in model.StateDict())
        {
            Assert.True(value.To(Device.Cpu).Equal(loaded.StateDict()[name]), name);
            Assert.True(value.Equal(moved.StateDict()[name]), name);
        }

        foreach ((string name, Tensor value) in optimizer.StateDict())
        {
            Assert.True(value.To(Device.Cpu).Equal(there.StateDict()[name].To(Device.Cpu)), name);
        }

        Safetensors.Save(other, new Dictionary<string, Tensor> { ["view"] = Tensor.Arange(12, 24, device: s_device).Reshape(3, 4).T });
        Assert.True(Safetensors.Load(other)["view"].Equal(Tensor.Arange(12, 24).Reshape(3, 4).T));
        Assert.Equal(2, RecordFile.Write(folder["records"], [Tensor.Ones([3], DType.Float32, s_device), Tensor.Ones(3)]));
    }

    [Fact]
    public void A_loader_hands_its_batches_out_on_a_device_and_keeps_its_position()
    {
        TensorDataset set = new(Tensor.Arange(20).Reshape(10, 2), Tensor.Arange(10));
        DataLoader<Example, Example> loader = DataLoader.Create(set, 3, shuffle: true, seed: 1);
        DataLoader<Example, Example> plain = DataLoader.Create(set, 3, shuffle: true, seed: 1);
        IDataLoader<Example> moved = loader.To(s_device);
        Assert.Equal((plain.Count, plain.SampleCount), (moved.Count, moved.SampleCount));
        foreach ((Example batch, Example expected) in moved.Zip(plain))
        {
            Assert.Same(s_device, batch.Input.Device);
            Assert.True(batch.Input.To(Device.Cpu).Equal(expected.Input));
            Assert.True(batch.Target.To(Device.Cpu).Equal(expected.Target));
            Assert.Equal(loader.State, moved.State);
        }

        TensorDataset there = new(set.Inputs.To(s_device), set.Targets.To(s_device));
        foreach ((Example batch, Example expected) in DataLoader.Create(there, 4).Zip(DataLoader.Create(set, 4)))
        {
            Assert.Same(s_device, batch.Input.Device);
            Assert.True(batch.Input.To(Device.Cpu).Equal(expected.Input));
        }
    }

    [Fact]
    public void Operands_of_two_devices_are_refused_by_every_operation()
    {
        // These take each tensor for itself, or read it on the host.
        string[] others =
        [
            "meshgrid", "clip_grad_norm", "clip_grad_value", "quantiles", "promote_types", "precision", "recall", "f1", "mae", "mse",
            "rmse", "r2",
        ];
        Dictionary<string, GoldenBinding> bindings = BindingTables.Of(typeof(GoldenTests).Namespace!);
        HashSet<string> checkedOperations = [];
        List<string> wrong = [];
        IEnumerable<string> groups = GoldenFile.Groups.Except(["metrics", "optimizer_paths"]);
        foreach (GoldenCase golden in groups.SelectMany(static g => GoldenFile.Of(g).Cases))
        {
            // Layers take their parameters along; numbers on the host go where the other operand is, and indices where they point.
            bool isOf = golden.Names.Length == 0 && !others.Contains(golden.Op) && golden.Inputs.Count(static x => x.Shape.Length > 0) > 1;
            if (!isOf || !checkedOperations.Add(golden.Op))
            {
                continue;
            }

            Tensor[] inputs = [.. golden.Inputs.Select((x, i) => GoldenCall.ToTensor(x).To(i == 0 ? s_device : ReferenceDevice.Second))];
            try
            {
                bindings[golden.Op](new GoldenCall(golden, inputs));
                wrong.Add($"{golden.Name}: taken");
            }
            catch (DeviceException e)
            {
                if (!e.Message.Contains(s_device.Name, StringComparison.Ordinal)
                    || !e.Message.Contains(ReferenceDevice.Second.Name, StringComparison.Ordinal)
                    || e.Message.StartsWith("A loop", StringComparison.Ordinal))
                {
                    wrong.Add($"{golden.Name}: {e.Message}");
                }
            }
        }

        Assert.True(checkedOperations.Count > 50, $"{checkedOperations.Count} operations take several tensors.");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static (Sequential Model, Adam Optimizer) Made()
    {
        Generator generator = new(5);
        Sequential model = new(
            new Linear(3, 4, bias: false, generator: generator), new BatchNorm1d(4), new Tanh(), new Linear(4, 2, generator: generator));
        return (model, new Adam(model.Parameters(), 0.05));
    }

    private static double Step(Sequential model, Adam optimizer, Tensor x, Tensor y)
    {
        optimizer.ZeroGrad();
        Tensor loss = Loss.MSE(model.Forward(x), y);
        loss.Backward();
        Gradients.ClipNorm(model.Parameters(), 0.5);
        optimizer.Step();
        return loss.Item<double>();
    }
}
