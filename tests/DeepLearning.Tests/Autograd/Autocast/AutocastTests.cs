using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>Regions of Autocast: what they cast, what they keep, and how they go with everything else.</summary>
public class AutocastTests
{
    private static Sequential Model() => new(new Linear(4, 8), new Tanh(), new Linear(8, 3));

    private static Tensor Input => Tensor.Arange(0, 20, dtype: DType.Float32).Reshape(5, 4) / 10;

    [Fact]
    public void A_region_ends_where_it_is_disposed_and_nests()
    {
        Assert.False(Autocast.Enabled);
        using (Autocast.Enable())
        {
            Assert.Equal(DType.BFloat16, Autocast.LowType);
            using (Autocast.Disable())
            {
                Assert.Null(Autocast.LowType);
                using (Autocast.Enable(DType.Float16))
                {
                    Assert.Equal(DType.Float16, Autocast.LowType);
                }

                Assert.False(Autocast.Enabled);
            }

            default(Autocast.Region).Dispose();
            Assert.Equal(DType.BFloat16, Autocast.LowType);
        }

        Assert.False(Autocast.Enabled);
    }

    [Fact]
    public void A_region_belongs_to_its_thread()
    {
        using Autocast.Region region = Autocast.Enable();
        bool? other = null;
        Thread thread = new(() => other = Autocast.Enabled);
        thread.Start();
        thread.Join();
        Assert.False(other);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    [InlineData(DType.Int64)]
    public void Another_type_is_refused(DType dtype) =>
        Assert.Contains(
            "bfloat16 or float16", Assert.Throws<DTypeException>(() => { Autocast.Enable(dtype); }).Message, StringComparison.Ordinal);

    [Fact]
    public void An_operation_that_fails_leaves_the_region_open()
    {
        using Autocast.Region region = Autocast.Enable();
        Assert.Throws<ShapeException>(() => Tensor.Ones(2, 3).MatMul(Tensor.Ones(4, 5)));
        Assert.Equal(DType.BFloat16, Autocast.LowType);
        Assert.Throws<ShapeException>(() => Loss.CrossEntropy(Tensor.Ones(2, 3), Tensor.From([0L])));
        Assert.Equal(DType.BFloat16, Autocast.LowType);
    }

    [Fact]
    public void Float64_and_whole_numbers_are_left_alone()
    {
        using Autocast.Region region = Autocast.Enable();
        Tensor x = Tensor.Ones([2, 2], DType.Float64);
        Assert.Equal(DType.Float64, x.MatMul(x).DType);
        Assert.Equal(DType.Float64, x.Exp().DType);
        Assert.Equal(DType.Int64, Tensor.From([1L, 2L]).Sum().DType);
        Assert.Equal(DType.Int64, Tensor.Ones([2, 2], DType.Int64).MatMul(Tensor.Ones([2, 2], DType.Int64)).DType);
    }

    [Fact]
    public void A_result_is_that_of_operands_rounded_to_the_low_type()
    {
        Tensor x = Tensor.Randn(7, 5), w = Tensor.Randn(3, 5), b = Tensor.Randn(3), y;
        using (Autocast.Enable())
        {
            y = x.Linear(w, b);
        }

        Assert.Equal(DType.BFloat16, y.DType);
        Assert.True(y.Equal(x.To(DType.BFloat16).Linear(w.To(DType.BFloat16), b.To(DType.BFloat16))));
    }

    [Theory]
    [InlineData(DType.BFloat16, 0.05)]
    [InlineData(DType.Float16, 0.005)]
    public void Gradients_arrive_in_the_type_of_the_parameters_and_near_those_of_float32(DType dtype, double tolerance)
    {
        Sequential model = Model();
        Tensor target = Tensor.From([0L, 1L, 2L, 0L, 1L]);
        Loss.CrossEntropy(model.Forward(Input), target).Backward();
        Tensor[] exact = [.. model.Parameters().Select(static p => p.Grad!.Clone())];
        foreach (Parameter parameter in model.Parameters())
        {
            parameter.ZeroGrad();
        }

        Tensor loss;
        using (Autocast.Enable(dtype))
        {
            Tensor y = model.Forward(Input);
            Assert.Equal(dtype, y.DType);
            loss = Loss.CrossEntropy(y, target);
        }

        Assert.Equal(DType.Float32, loss.DType);
        loss.Backward();
        foreach ((Parameter parameter, Tensor wanted) in model.Parameters().Zip(exact))
        {
            Assert.Equal(DType.Float32, parameter.DType);
            Assert.Equal(DType.Float32, parameter.Grad!.DType);
            Assert.True(parameter.Grad.AllClose(wanted, tolerance, tolerance));
        }
    }

    [Fact]
    public void A_backward_pass_inside_the_region_gives_the_bits_of_one_outside()
    {
        Assert.Equal(Gradient(inside: false), Gradient(inside: true));

        static float[] Gradient(bool inside)
        {
            Tensor w = Tensor.Arange(1, 13, dtype: DType.Float32).Reshape(3, 4) / 7;
            w.RequiresGrad = true;
            Tensor loss;
            using (Autocast.Enable())
            {
                loss = Input.MatMul(w.T).Exp().Softmax(1).Pow(2).Sum();
                if (inside)
                {
                    loss.Backward();
                }
            }

            if (!inside)
            {
                loss.Backward();
            }

            return w.Grad!.ToArray<float>();
        }
    }

    [Fact]
    public void A_parameter_is_cast_once_a_region()
    {
        Tensor w = Tensor.Ones(4, 4);
        w.RequiresGrad = true;
        Graph graph;
        using (Autocast.Enable())
        {
            Tensor first = Input.MatMul(w), second = Input.MatMul(w);
            Assert.Same(first.Node!.Edges[1].Node, second.Node!.Edges[1].Node);
            using (Autocast.Enable())
            {
                Assert.Same(first.Node!.Edges[1].Node, Input.MatMul(w).Node!.Edges[1].Node);
            }

            using (Autocast.Enable(DType.Float16))
            {
                Assert.NotSame(first.Node!.Edges[1].Node, Input.MatMul(w).Node!.Edges[1].Node);
            }

            // What a trace sees is complete, so the copy is made anew.
            graph = Graph.Of(inputs => [inputs[0].MatMul(w)], Input);
        }

        Assert.Equal(["To", "To", "MatMul"], graph.Nodes.Select(static node => node.Operation));
    }

    [Fact]
    public void A_copy_is_made_anew_where_it_no_longer_serves()
    {
        Tensor w = Tensor.Ones(4, 2);
        w.RequiresGrad = true;
        using Autocast.Region region = Autocast.Enable();

        // Made without a record, it would lead nowhere.
        using (GradMode.NoGrad())
        {
            Input.MatMul(w);
        }

        // Twice: a backward pass lets go of the record.
        for (int pass = 1; pass <= 2; pass++)
        {
            Input.MatMul(w).Sum().Backward();
        }

        Tensor twice = w.Grad!.Clone();
        w.ZeroGrad();
        Input.MatMul(w).Sum().Backward();
        Assert.True(twice.Equal(w.Grad! * 2));

        // The parameter changed, after a use that no backward pass followed.
        Assert.True(Input.MatMul(w).RequiresGrad);
        using (GradMode.NoGrad())
        {
            w.MultiplyInPlace(2);
        }

        Assert.True(Input.MatMul(w).Equal(Input.MatMul(Tensor.Ones(4, 2)) * 2));

        // Its memory went back.
        using (new TensorScope())
        {
            Input.MatMul(w * 1);
            Input.MatMul(w);
        }

        Input.MatMul(w).Sum().Backward();

        // Made for inference.
        using (GradMode.Inference())
        {
            w.MultiplyInPlace(1);
            Input.MatMul(w);
        }

        Assert.True(Input.MatMul(w).RequiresGrad);
        using (GradMode.NoGrad())
        {
            Assert.False(Input.MatMul(w).RequiresGrad);
        }
    }

    [Fact]
    public void A_checkpointed_part_is_run_again_in_the_precision_of_the_first_run()
    {
        Tensor[] plain = Gradients(static (f, x) => f(x)), again = Gradients(static (f, x) => Autograd.Checkpoint(f, x));
        Assert.All(plain.Zip(again), static pair => Assert.True(pair.First.Equal(pair.Second)));

        static Tensor[] Gradients(Func<Func<Tensor, Tensor>, Tensor, Tensor> through)
        {
            using Generator.DefaultRegion random = new Generator(4).AsDefault();
            Sequential model = Model();
            Tensor x = Input, loss;
            x.RequiresGrad = true;
            using (Autocast.Enable())
            {
                loss = through(model.Forward, x).Pow(2).Sum();
            }

            loss.Backward();
            return [x.Grad!, .. model.Parameters().Select(static p => p.Grad!)];
        }
    }

    [Fact]
    public void Gradients_of_gradients_are_those_of_the_low_type()
    {
        Tensor w = Tensor.Arange(1, 9, dtype: DType.Float32).Reshape(4, 2) / 4;
        w.RequiresGrad = true;
        Tensor penalty;
        using (Autocast.Enable())
        {
            Tensor y = Input.MatMul(w).Tanh().Sum();
            penalty = Autograd.Grad(y, w, createGraph: true).Square().Sum();
        }

        penalty.Backward();
        Tensor found = w.Grad!.Clone();
        w.ZeroGrad();
        Autograd.Grad(Input.MatMul(w).Tanh().Sum(), w, createGraph: true).Square().Sum().Backward();
        Assert.Equal(DType.Float32, found.DType);
        Assert.True(found.AllClose(w.Grad!, 0.1, 0.3), $"{found} {w.Grad}");
    }

    [Theory]
    [InlineData(DType.BFloat16)]
    [InlineData(DType.Float16)]
    public void A_model_compiled_in_a_region_computes_as_there_wherever_it_runs(DType dtype)
    {
        Sequential model = Model();
        CompiledModel compiled;
        Tensor wanted;
        using (Autocast.Enable(dtype))
        using (GradMode.NoGrad())
        {
            compiled = model.Compile(Input);
            wanted = model.Forward(Input);
            Assert.True(compiled.Forward(Input).Equal(wanted));
        }

        Assert.Equal(dtype, wanted.DType);
        Assert.True(compiled.Forward(Input).Equal(wanted));

        // And one compiled outside computes in float32, inside as well.
        CompiledModel exact = model.Compile(Input);
        using Autocast.Region region = Autocast.Enable(dtype);
        Assert.Equal(DType.Float32, exact.Forward(Input).DType);
    }

    [Fact]
    public void A_step_of_an_optimizer_computes_in_float32()
    {
        Assert.True(After(inside: true).Equal(After(inside: false)));

        static Tensor After(bool inside)
        {
            Parameter w = new(Tensor.Arange(1, 17, dtype: DType.Float32).Reshape(4, 4) / 3);
            Optimizer optimizer = new Muon([w], 0.1);
            w.Grad = Tensor.Arange(0, 16, dtype: DType.Float32).Reshape(4, 4).Sin();
            using Autocast.Region region = inside ? Autocast.Enable() : default;
            optimizer.Step();
            return w.Detach().Clone();
        }
    }

    [Fact]
    public void Normalizations_keep_their_running_figures_in_float32_and_give_the_type_of_their_input()
    {
        BatchNorm1d norm = new(3);
        Linear linear = new(4, 3);
        using Autocast.Region region = Autocast.Enable();
        Tensor y = norm.Forward(linear.Forward(Input));
        Assert.Equal(DType.BFloat16, y.DType);
        Assert.Equal(DType.Float32, norm.RunningMean!.DType);
        Assert.Equal(1L, norm.NumBatchesTracked!.Item<long>());
        Assert.Equal(DType.Float32, new LayerNorm(3).Forward(y).DType);
    }

    [Fact]
    public void Recurrent_layers_and_attention_take_what_layers_before_them_give()
    {
        using Autocast.Region region = Autocast.Enable();
        Tensor x = new Linear(4, 6).Forward(Tensor.Randn(5, 2, 4));
        Assert.Equal(DType.BFloat16, x.DType);
        (Tensor output, LSTMState state) = new LSTM(6, 8, 2).Forward(x, new LSTMState(Tensor.Zeros(2, 2, 8), Tensor.Zeros(2, 2, 8)));
        Assert.All([output, state.Hidden, state.Cell], static t => Assert.Equal(DType.BFloat16, t.DType));
        Assert.Equal(DType.BFloat16, new GRU(6, 8).Forward(x).Output.DType);
        Assert.Equal(DType.BFloat16, new MultiheadAttention(6, 2).Forward(x, x, x).Output.DType);
        Assert.Equal(DType.Float32, new TransformerEncoderLayer(6, 2, 12, dropout: 0).Forward(x).DType);
        Assert.Equal(DType.BFloat16, new GRUCell(6, 8).Forward(x.Select(0, 0), Tensor.Zeros(2, 8)).DType);
    }

    [Fact]
    public void An_operation_in_one_piece_gives_the_same_as_its_composition()
    {
        Tensor q = Tensor.Randn(2, 3, 4), w = Tensor.Randn(4, 4);
        using Autocast.Region region = Autocast.Enable();
        Tensor kernel = Tensor.ScaledDotProductAttention(q, q, q).Linear(w).LayerNorm([4]), composed;
        using (Fused.Compose())
        {
            composed = Tensor.ScaledDotProductAttention(q, q, q).Linear(w).LayerNorm([4]);
        }

        Assert.Equal(kernel.DType, composed.DType);
        Assert.True(kernel.AllClose(composed, 0.05, 0.05));
    }
}
