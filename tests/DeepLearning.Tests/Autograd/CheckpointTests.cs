using DeepLearning.Layers;

namespace DeepLearning.Tests.AutogradTests;

/// <summary>A part of a model that is run again for its gradient gives the same numbers, and counts once.</summary>
public sealed class CheckpointTests
{
    public static TheoryData<string> Sources => ["default", "own", "default of a region", "several", "a fork"];

    [Theory]
    [MemberData(nameof(Sources))]
    public void Random_numbers_are_the_same_in_both_runs(string source)
    {
        (Tensor Gradient, Tensor Output, ulong Position) plain = Run(source, static (f, x) => f(x));
        (Tensor Gradient, Tensor Output, ulong Position) again = Run(source, static (f, x) => Autograd.Checkpoint(f, x));
        Assert.True(plain.Output.Equal(again.Output));
        Assert.True(plain.Gradient.Equal(again.Gradient));

        // What is dropped has no gradient; and the generator goes on as if the part had been run once.
        Assert.True(again.Output.EqualTo(0.0).Equal(again.Gradient.EqualTo(0.0)));
        Assert.Equal(plain.Position, again.Position);

        static (Tensor Gradient, Tensor Output, ulong Position) Run(string source, Func<Func<Tensor, Tensor>, Tensor, Tensor> through)
        {
            Generator own = new(5), other = new(6);
            using Generator.DefaultRegion region = new Generator(7).AsDefault();
            Dropout first = new(0.5, source is "default" or "default of a region" ? null : own);
            Dropout second = new(0.3, source == "several" ? other : null);
            Tensor x = Tensor.Arange(1, 65, dtype: DType.Float32);
            x.RequiresGrad = true;
            Tensor y = through(
                part =>
                {
                    if (source == "default of a region")
                    {
                        using Generator.DefaultRegion inner = own.AsDefault();
                        return first.Forward(part);
                    }

                    return source switch
                    {
                        "several" => second.Forward(first.Forward(part)),
                        "a fork" => part.Dropout(0.5, true, own.Fork()),
                        _ => first.Forward(part),
                    };
                },
                x);

            // Others draw meanwhile.
            Tensor.Rand([3], generator: own);
            Tensor.Rand(3);
            y.Sum().Backward();
            return (x.Grad!, y.Detach(), own.State.Position + other.State.Position + Generator.Default.State.Position);
        }
    }

    [Fact]
    public void The_second_run_draws_from_the_default_generator_of_the_first()
    {
        Tensor x = Tensor.Ones(100);
        x.RequiresGrad = true;
        Tensor y;
        using (new Generator(1).AsDefault())
        {
            y = Autograd.Checkpoint(static part => part.Dropout(0.5, true), x);
        }

        using (new Generator(2).AsDefault())
        {
            y.Sum().Backward();
        }

        Assert.True(y.Detach().Equal(x.Grad!));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(null)]
    public void Running_statistics_count_a_batch_once(double? momentum)
    {
        BatchNorm1d plain = new(3, momentum: momentum), again = new(3, momentum: momentum);
        for (ulong batch = 0; batch < 3; batch++)
        {
            Tensor x = Tensor.Randn([8, 3], generator: new Generator(batch)), y = x.Clone();
            x.RequiresGrad = y.RequiresGrad = true;
            plain.Forward(x).Square().Sum().Backward();
            Autograd.Checkpoint(again.Forward, y).Square().Sum().Backward();
            Assert.True(x.Grad!.Equal(y.Grad!));
        }

        Assert.Equal(3, again.NumBatchesTracked!.Item<long>());
        foreach ((string key, Tensor value) in plain.StateDict())
        {
            Assert.True(value.Equal(again.StateDict()[key]), key);
        }

        Assert.True(plain.Weight!.Grad!.Equal(again.Weight!.Grad!));
    }

    [Fact]
    public void Nested_parts_and_second_derivatives_count_once_too()
    {
        BatchNorm1d norm = new(2);
        Dropout dropout = new(0.4, new Generator(3));
        int calls = 0;
        Tensor x = Tensor.Randn([6, 2], generator: new Generator(9));
        x.RequiresGrad = true;
        Tensor y = Autograd.Checkpoint(
            outer => Autograd.Checkpoint(
                inner =>
                {
                    calls += Autograd.IsRecomputing ? 0 : 1;
                    return dropout.Forward(norm.Forward(inner)).Square();
                },
                outer).Sum(),
            x);
        Tensor gradient = Autograd.Grad(y, x, createGraph: true);
        gradient.Square().Sum().Backward();
        Assert.Equal(1, norm.NumBatchesTracked!.Item<long>());
        Assert.Equal(1, calls);
        Assert.False(Autograd.IsRecomputing);
        Assert.NotNull(x.Grad);
    }
}
