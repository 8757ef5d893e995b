namespace DeepLearning.Tests.AutogradTests;

/// <summary>A checkpointed part draws the same numbers twice, and nobody outside notices.</summary>
public class CheckpointGeneratorTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Around_a_checkpointed_part_the_generator_gives_what_it_gives_around_a_plain_one(bool createGraph)
    {
        Assert.Equal(Run(checkpointed: false), Run(checkpointed: true));

        double[] Run(bool checkpointed)
        {
            using Generator.DefaultRegion region = new Generator(5).AsDefault();
            List<double> drawn = [Draw()];
            Tensor x = Tensor.From([1.0, 2, 3]);
            x.RequiresGrad = true;
            Tensor y = checkpointed ? Autograd.Checkpoint(Noisy, x) : Noisy(x);
            drawn.Add(Draw());
            Tensor z = (checkpointed ? Autograd.Checkpoint(Noisy, y * 2) : Noisy(y * 2)).Sum();
            drawn.Add(Draw());
            Tensor gradient = Autograd.Grad(z, x, createGraph: createGraph);
            drawn.Add(Draw());
            if (createGraph)
            {
                drawn.AddRange(Autograd.Grad(gradient.Sum(), x).ToArray<double>());
                drawn.Add(Draw());
            }

            return [.. drawn, .. gradient.Detach().ToArray<double>(), z.Detach().Item<double>(), Generator.Default.State.Position];
        }
    }

    [Fact]
    public void A_part_that_fails_when_it_is_run_again_leaves_the_generator_where_it_was()
    {
        Tensor x = Tensor.From([1.0, 2, 3]);
        x.RequiresGrad = true;
        int calls = 0;
        Tensor y = Autograd.Checkpoint(
            t =>
            {
                Tensor result = Noisy(t);
                return ++calls == 2 ? throw new InvalidOperationException("the second time") : result;
            },
            x);
        Draw();
        GeneratorState before = Generator.Default.State;
        Assert.Throws<InvalidOperationException>(() => y.Sum().Backward());
        Assert.Equal(before, Generator.Default.State);
    }

    [Fact]
    public void The_generator_moves_on_once_where_nothing_is_recorded()
    {
        Tensor x = Tensor.From([1.0, 2, 3]);
        GeneratorState before = Generator.Default.State;
        Noisy(x);
        ulong once = Generator.Default.State.Position - before.Position;
        Autograd.Checkpoint(Noisy, x);
        Assert.Equal(before.Position + (2 * once), Generator.Default.State.Position);
        using GradMode.Region region = GradMode.NoGrad();
        Autograd.Checkpoint(Noisy, x);
        Assert.Equal(before.Position + (3 * once), Generator.Default.State.Position);
    }

    private static Tensor Noisy(Tensor x) => x * x * Tensor.Rand([3], DType.Float64) * Tensor.Rand([3], DType.Float64).Exp();

    private static double Draw() => Tensor.Rand([1], DType.Float64).Item<double>();
}
