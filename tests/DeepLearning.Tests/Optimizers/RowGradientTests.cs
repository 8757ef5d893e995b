using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Gradients that are kept by rows, and the optimizers that change only those rows.</summary>
public class RowGradientTests
{
    private static readonly Tensor s_used = Tensor.From([4L, 1, 4, 7]);

    public static TheoryData<string> Kinds => ["SGD", "AdaGrad"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Rows_alone_give_the_bits_that_the_whole_gradient_gives(string kind)
    {
        foreach (DType dtype in (DType[])[DType.Float32, DType.Float64, DType.Float16, DType.BFloat16])
        {
            Parameter[] tables = [Table(dtype), Table(dtype)];
            for (int i = 0; i < 2; i++)
            {
                Optimizer optimizer = kind == "SGD" ? new SGD([tables[i]], 0.3) : new AdaGrad([tables[i]], 0.3, initialAccumulator: 0.1);
                for (int step = 0; step < 5; step++)
                {
                    optimizer.ZeroGrad();
                    (Tensor.Embedding(tables[i], s_used + step, sparse: i == 0).Square() * (step + 1)).Sum().Backward();
                    optimizer.Step();
                }
            }

            Assert.True(tables[0].Equal(tables[1]), $"{dtype}: {tables[0]} is not {tables[1]}");
        }
    }

    /// <summary>Rows of odd widths, many of them and often more than once, so that several threads sum and change them.</summary>
    [Theory]
    [InlineData("SGD", 1)]
    [InlineData("SGD", 37)]
    [InlineData("SGD", 300)]
    [InlineData("AdaGrad", 131)]
    public void Many_rows_give_the_bits_that_the_whole_gradient_gives(string kind, int width)
    {
        Generator generator = new(7);
        Tensor index = Tensor.RandInt(0, 700, [40, 50], generator: generator);
        Tensor factors = Tensor.Randn([40, 50, width], generator: generator);
        Tensor start = Tensor.Randn([1000, width], generator: generator);
        Parameter[] tables = [new(start.Clone()), new(start.Clone())];
        for (int i = 0; i < 2; i++)
        {
            Optimizer optimizer = kind == "SGD" ? new SGD([tables[i]], 0.3) : new AdaGrad([tables[i]], 0.3);
            for (int step = 0; step < 3; step++)
            {
                optimizer.ZeroGrad();
                (Tensor.Embedding(tables[i], index + (step * 150), sparse: i == 0).Square() * factors).Sum().Backward();
                optimizer.Step();
            }
        }

        Assert.True(tables[0].Equal(tables[1]));
        Assert.False(tables[0].Equal(start));
    }

    /// <summary>An optimizer of a user's own computes with copies of the rows, as it always could.</summary>
    [Fact]
    public void An_optimizer_of_several_steps_gets_copies_of_the_rows()
    {
        Tensor start = Tensor.Randn([9, 5], generator: new Generator(7));
        Parameter table = new(start.Clone());
        TwoSteps optimizer = new([table]);
        for (int step = 0; step < 2; step++)
        {
            optimizer.ZeroGrad();
            Tensor.Embedding(table, s_used, sparse: true).Sum().Backward();
            optimizer.Step();
        }

        // Row 4 is used twice; the state counts up by the gradient.
        double[] expected = [0, 1 + 2, 0, 0, 2 + 4, 0, 0, 1 + 2, 0];
        Tensor moved = start - table.Detach();
        Assert.True(moved.AllClose(Tensor.From(expected).To(DType.Float32).Unsqueeze(1).Expand(9, 5), 1e-5, 1e-5), $"{moved}");
    }

    private sealed class TwoSteps(Parameter[] parameters) : Optimizer<SGDOptions>(parameters, new SGDOptions())
    {
        protected internal override IReadOnlyList<string> StateNames { get; } = ["sum"];

        protected override bool AppliesRows(SGDOptions options) => true;

        protected override void Update(Tensor parameter, Tensor gradient, ParameterState state, SGDOptions options)
        {
            Assert.Equal(gradient.Shape, parameter.Shape);
            state.Get(0).AddInPlace(gradient);
            parameter.SubtractInPlace(state.Get(0));
        }
    }

    [Fact]
    public void Who_reads_the_gradient_gets_all_of_it()
    {
        Parameter sparse = Table(), dense = Table();
        foreach ((Parameter table, bool rows) in ((Parameter, bool)[])[(sparse, true), (dense, false)])
        {
            Tensor.Embedding(table, s_used, sparse: rows).Square().Sum().Backward();
            (Tensor.Embedding(table, s_used + 1, sparse: rows).Sum() + table.Sum()).Backward();
        }

        Assert.True(sparse.Grad!.AllClose(dense.Grad!));
        Assert.Same(sparse.Grad, sparse.Grad);
        sparse.ZeroGrad();
        Assert.Null(sparse.Grad);
    }

    [Fact]
    public void A_gradient_that_is_set_takes_the_place_of_rows()
    {
        Parameter table = Table();
        Tensor own = Tensor.Full(table.Shape, 2f);
        foreach (Tensor? set in (Tensor?[])[own, null])
        {
            Tensor.Embedding(table, s_used, sparse: true).Sum().Backward();
            table.Grad = set;
            Assert.Same(set, table.Grad);
        }

        Assert.All(own.ToArray<float>(), static g => Assert.Equal(2, g));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_step_counts_rows_and_a_whole_gradient(bool rowsFirst)
    {
        Parameter sparse = Table(), dense = Table();
        foreach ((Parameter table, bool rows) in ((Parameter, bool)[])[(sparse, true), (dense, false)])
        {
            Action[] passes =
            [
                () => (Look(s_used).Square().Sum() + Look(s_used + 2).Sum()).Backward(),
                () => table.Square().Sum().Backward(),
            ];
            passes[rowsFirst ? 0 : 1]();
            passes[rowsFirst ? 1 : 0]();
            new SGD([table], 0.1).Step();

            Tensor Look(Tensor index) => Tensor.Embedding(table, index, sparse: rows);
        }

        Assert.True(sparse.AllClose(dense));
    }

    [Fact]
    public void Clipping_and_hooks_see_all_of_it()
    {
        Parameter table = Table();
        Tensor.Embedding(table, s_used, sparse: true).Sum().Backward();
        double norm = Gradients.ClipNorm([table], 1).Item<float>();
        Assert.Equal(Math.Sqrt(4 * 3 + 2 * 3), norm, 1e-5);
        Assert.Equal(1.0, table.Grad!.Norm().Item<float>(), 1e-5);

        Tensor? seen = null;
        table.ZeroGrad();
        using (table.RegisterHook(gradient =>
        {
            seen = gradient;
            return null;
        }))
        {
            Tensor.Embedding(table, s_used, sparse: true).Sum().Backward();
        }

        Assert.Equal(table.Shape, seen!.Shape);
    }

    [Fact]
    public void Asked_for_gradients_are_whole_and_differentiable()
    {
        Parameter table = Table(DType.Float64);
        Tensor loss = Tensor.Embedding(table, s_used, sparse: true).Pow(3).Sum();
        Tensor gradient = Autograd.Grad(loss, table, createGraph: true);
        Assert.Equal(table.Shape, gradient.Shape);
        gradient.Sum().Backward();
        Assert.True(table.Grad!.AllClose((Tensor.Embedding(Counts(), Tensor.Arange(0, 12).To(DType.Int64)) * 6 * table).Detach()));

        static Tensor Counts() => s_used.BinCount(minLength: 12).To(DType.Float64).Unsqueeze(1).Expand(12, 3).Contiguous();
    }

    [Fact]
    public void Memory_stays_flat_and_rows_outlive_a_scope()
    {
        Parameter table = Table();
        SGD optimizer = new([table], 0.1);
        using (TensorScope scope = new())
        {
            Tensor.Embedding(table, s_used, sparse: true).Sum().Backward();
        }

        Tensor before = table.Detach().Clone();
        optimizer.Step();
        Assert.Equal(-0.2f, (table - before)[4, 0].Item<float>(), 1e-6f);
        Assert.Equal(0f, (table - before)[0, 0].Item<float>());
    }

    [Fact]
    public void Momentum_and_weight_decay_reach_every_row()
    {
        Parameter table = Table();
        SGD optimizer = new([table], 0.1, weightDecay: 0.5);
        Tensor before = table.Detach().Clone();
        Tensor.Embedding(table, s_used, sparse: true).Sum().Backward();
        optimizer.Step();
        Assert.True(table[0].AllClose(before[0] * 0.95));
    }

    [Fact]
    public void SparseAdam_touches_no_row_without_a_gradient_and_resumes_from_its_state()
    {
        Parameter a = Table(), b = Table();
        SparseAdam first = new([a], 0.1), second = new([b], 0.1);
        Step(a, first, 0);
        b.Detach().CopyFrom(a.Detach());
        second.LoadStateDict(first.StateDict());
        Step(a, first, 1);
        Step(b, second, 1);
        Assert.True(a.Equal(b));
        Assert.True(a[0].Equal(Table()[0]));

        static void Step(Parameter table, Optimizer optimizer, int shift)
        {
            optimizer.ZeroGrad();
            Tensor.Embedding(table, s_used + shift, sparse: true).Square().Sum().Backward();
            optimizer.Step();
        }
    }

    private static Parameter Table(DType dtype = DType.Float32) => new(Tensor.Randn([12, 3], DType.Float32, new Generator(5)).To(dtype));
}
