using DeepLearning.Layers;
using DeepLearning.Losses;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Memory;

[Trait("Rerun", "Culture")]
public class TensorScopeTests
{
    // More than the pool keeps as managed arrays, and less.
    public static TheoryData<int> Sizes() => [5000, 3];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Touching_a_returned_tensor_throws_and_names_it(int size)
    {
        Tensor x = Tensor.Ones(size), y;
        using (new TensorScope())
        {
            y = x + 1;
        }

        ObjectDisposedException error = Assert.Throws<ObjectDisposedException>(() => y.Sum());
        Assert.Contains($"float32[{size}]", error.Message, StringComparison.Ordinal);
        Assert.Contains("Keep", error.Message, StringComparison.Ordinal);
        Assert.Throws<ObjectDisposedException>(() => y.ToArray<float>());
        Assert.Throws<ObjectDisposedException>(() => y.AddInPlace(1));
        Assert.Equal(size, x.Sum().Item<float>());
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_kept_tensor_outlives_its_scope(int size)
    {
        Tensor kept;
        using (TensorScope scope = new())
        {
            kept = scope.Keep(Tensor.Ones(size) * 3);
        }

        using (new TensorScope())
        {
            // Would reuse the memory of a tensor that was returned after all.
            Assert.Equal(size * 7f, Tensor.Full([size], 7f).Sum().Item<float>());
        }

        Assert.Equal(size * 3f, kept.Sum().Item<float>());
    }

    [Fact]
    public void A_tensor_kept_by_an_inner_scope_belongs_to_the_outer_one()
    {
        Tensor inner, outer;
        using (TensorScope first = new())
        {
            using (TensorScope second = new())
            {
                inner = second.Keep(Tensor.Ones(5000));
                outer = first.Keep(second.Keep(Tensor.Ones(5000)));
            }

            Assert.Equal(5000f, inner.Sum().Item<float>());
        }

        Assert.Throws<ObjectDisposedException>(() => inner.Sum());
        Assert.Equal(5000f, outer.Sum().Item<float>());
    }

    [Fact]
    public void A_view_keeps_the_memory_that_it_shares()
    {
        Tensor view;
        using (TensorScope scope = new())
        {
            Tensor whole = Tensor.Arange(5000);
            view = scope.Keep(whole[10..20]);
        }

        using (new TensorScope())
        {
            Tensor.Zeros([5000], DType.Int64);
        }

        Assert.Equal(145L, view.Sum().Item<long>());
    }

    [Fact]
    public void Gradients_optimizer_state_and_buffers_outlive_the_scope()
    {
        Sequential model = new(new Linear(20, 30), new BatchNorm1d(30), new Linear(30, 1));
        Adam optimizer = new(model.Parameters(), 1e-2);
        for (int step = 0; step < 3; step++)
        {
            using TensorScope scope = new();
            optimizer.ZeroGrad();
            Loss.MSE(model.Forward(Tensor.Randn(8, 20)), Tensor.Zeros(8, 1)).Backward();
            optimizer.Step();
        }

        Assert.All(model.Parameters(), static p => Assert.True(float.IsFinite(p.Grad!.Sum().Item<float>())));
        Assert.All(model.Parameters(), static p => Assert.True(float.IsFinite(p.Sum().Item<float>())));
        Assert.All(model.Buffers(), static b => Assert.True(double.IsFinite(b.Sum().To(DType.Float64).Item<double>())));
        Assert.All(optimizer.StateDict().Values, static s => Assert.True(double.IsFinite(s.To(DType.Float64).Sum().Item<double>())));
    }

    [Fact]
    public void A_module_made_inside_a_scope_outlives_it()
    {
        Sequential model;
        Tensor weight;
        using (new TensorScope())
        {
            model = new Sequential(new Linear(100, 100), new BatchNorm1d(100));
            weight = model.Parameters()[0];
            model.To(DType.Float64);
            model.Buffers();
        }

        Assert.Equal(DType.Float64, weight.DType);
        Assert.Equal([4, 100], [.. model.Forward(Tensor.Ones([4, 100], DType.Float64)).Shape]);
    }

    [Fact]
    public void A_gradient_of_gradients_works_inside_a_scope()
    {
        Tensor x = Tensor.From([1.0, 2.0]);
        x.RequiresGrad = true;
        Tensor second;
        using (TensorScope scope = new())
        {
            Tensor first = Autograd.Grad((x * x * x).Sum(), x, createGraph: true);
            second = scope.Keep(Autograd.Grad(first.Sum(), x));
        }

        Assert.Equal([6.0, 12.0], second.ToArray<double>());
    }

    [Fact]
    public void Scopes_close_innermost_first()
    {
        TensorScope first = new(), second = new();
        string? message = null;
        try
        {
            first.Dispose();
        }
        catch (InvalidOperationException e)
        {
            message = e.Message;
        }

        Assert.Contains("innermost first", message, StringComparison.Ordinal);
        second.Dispose();
        second.Dispose();
        first.Dispose();
    }

    [Fact]
    public void The_default_value_is_no_scope()
    {
        Tensor made;
        using (TensorScope none = default)
        {
            made = none.Keep(Tensor.Ones(5000));
        }

        Assert.Equal(5000f, made.Sum().Item<float>());
    }

    [Fact]
    public void Another_threads_tensors_do_not_belong_to_the_scope()
    {
        Tensor? made = null;
        using (new TensorScope())
        {
            Thread other = new(() => made = Tensor.Ones(5000));
            other.Start();
            other.Join();
        }

        Assert.Equal(5000f, made!.Sum().Item<float>());
    }

    [Fact]
    public void A_scope_that_ends_by_an_exception_returns_its_tensors()
    {
        Tensor? made = null;
        void Fails()
        {
            using TensorScope scope = new();
            made = Tensor.Ones(5000);
            throw new InvalidOperationException();
        }

        Assert.Throws<InvalidOperationException>(Fails);
        Assert.Throws<ObjectDisposedException>(() => made!.Sum());
    }
}
