using DeepLearning.Layers;
using DeepLearning.Models;
using DeepLearning.Optimizers;
using DeepLearning.Tests.Infrastructure;

namespace DeepLearning.Tests.Models.Recommendation;

public sealed class GrowingEmbeddingTests
{
    public static TheoryData<string, bool> Optimizers => new()
    {
        { "SGD", false }, { "SGD", true }, { "Adam", false }, { "AMSGrad", false }, { "AdaGrad", false }, { "AdaGrad", true },
        { "SparseAdam", true }, { "RMSprop", false }, { "Rprop", false },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_table_that_grows_trains_to_the_bits_of_one_that_had_the_room(string name, bool sparse)
    {
        float[] grown = Trained(capacity: 2, name, sparse), roomy = Trained(capacity: 64, name, sparse);
        Assert.Equal(roomy, grown);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_saved_table_goes_on_to_the_same_bits_in_one_of_any_room(string name, bool sparse)
    {
        foreach (int capacity in new[] { 1, 4, 300 })
        {
            using TemporaryFolder folder = new();
            GrowingEmbedding table = new(3, 2, sparse: sparse, generator: new Generator(1));
            Optimizer optimizer = Made(name, table);
            Train(table, optimizer, 0, 4);
            Sequential holder = new(table);
            holder.Save(folder["table.safetensors"]);
            GrowingEmbedding other = new(3, capacity, sparse: sparse, generator: new Generator(1));
            Optimizer loaded = Made(name, other);
            new Sequential(other).Load(folder["table.safetensors"]);
            loaded.LoadStateDict(optimizer.StateDict());
            Assert.Equal(table.Identifiers().ToArray<long>(), other.Identifiers().ToArray<long>());
            // Rows that come later are drawn by other numbers; the old ones must be the same.
            Train(table, optimizer, 4, 8, addsNew: false);
            Train(other, loaded, 4, 8, addsNew: false);
            Assert.Equal(Rows(table), Rows(other));
        }
    }

    [Fact]
    public void Rows_keep_their_values_gradients_and_identity_when_the_table_grows()
    {
        GrowingEmbedding table = new(2, 1, generator: new Generator(3));
        Parameter weight = table.Weight;
        Assert.Equal(2, table.Add(Tensor.From(new[] { 9L, -5, 9 }, 3)));
        Tensor before = table.Forward(Tensor.From([9L, -5])).Detach().Clone();
        table.Forward(Tensor.From([9L])).Sum().Backward();
        Assert.Equal(1, table.Add(Tensor.From([long.MaxValue, 9L])));
        Assert.Same(weight, table.Weight);
        Assert.True(table.Forward(Tensor.From([9L, -5])).Equal(before));
        Assert.Equal([1f, 1, 0, 0, 0, 0, 0, 0], weight.Grad!.ToArray<float>());
        Assert.Equal([9L, -5, long.MaxValue], table.Identifiers().ToArray<long>());
        Assert.Equal((3, 4), (table.Count, table.Capacity));
        Assert.Equal([2L, 0], table.RowsOf(Tensor.From([long.MaxValue, 9L])).ToArray<long>());
        GrowingEmbedding copy = table.DeepCopy();
        copy.Add(Tensor.From([1L]));
        Assert.Equal((3, 4), (table.Count, copy.Count));
        Assert.Contains("3 of 4 rows", table.ToString());
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        GrowingEmbedding table = new(2, 4);
        table.Add(Tensor.From([1L, 2]));
        Assert.Contains("the identifier 3 is not", Assert.Throws<IndexException>(() => table.Forward(Tensor.From([1L, 3]))).Message);
        Assert.Throws<DTypeException>(() => table.Add(Tensor.Zeros(2)));
        Assert.Throws<StateDictException>(() => table.LoadStateDict(new GrowingEmbedding(3, 8).StateDict()));
        Assert.Throws<StateDictException>(() => table.LoadStateDict(new GrowingEmbedding(2, 1).StateDict()));
        Assert.Equal((2, 4), (table.Count, table.Capacity));
        Tensor pending = table.Forward(Tensor.From([1L])).Sum();
        table.Add(Tensor.From([5L, 6, 7]));
        Assert.Contains("[4, 2]", Assert.Throws<ShapeException>(() => pending.Backward()).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GrowingEmbedding(0));
    }

    [Theory]
    [InlineData(3, new long[] { 7, 7, 8, 0 })]
    [InlineData(5, new long[] { 7, 8, 9, 0 })]
    public void Buffers_that_are_no_table_are_named_when_they_are_used(long count, long[] identifiers)
    {
        GrowingEmbedding table = new(2, 4);
        OrderedDictionary<string, Tensor> state = table.StateDict();
        state["identifiers"] = Tensor.From(identifiers);
        state["count"] = Tensor.FromScalar(count);
        table.LoadStateDict(state);
        Assert.Contains($"{count} identifiers", Assert.Throws<StateDictException>(() => table.Forward(Tensor.From([7L]))).Message);
    }

    private static float[] Trained(int capacity, string name, bool sparse)
    {
        GrowingEmbedding table = new(3, capacity, sparse: sparse, generator: new Generator(1));
        Train(table, Made(name, table), 0, 8);
        return Rows(table);
    }

    /// <summary>Each step has old identifiers and, where it may, new ones.</summary>
    private static void Train(GrowingEmbedding table, Optimizer optimizer, int first, int end, bool addsNew = true)
    {
        for (int step = first; step < end; step++)
        {
            Tensor identifiers = Tensor.From(
                [100L, 100 + (addsNew ? step : step % 4), 100 + (step / 2 % 4), addsNew ? 900 + (3L * step) : 100]);
            optimizer.ZeroGrad();
            table.Add(identifiers);
            Tensor x = table.Forward(identifiers);
            ((x - 0.3).Square().Sum() + x.Prod(0).Sum()).Backward();
            optimizer.Step();
        }
    }

    private static float[] Rows(GrowingEmbedding table) => table.Weight.Detach().Narrow(0, 0, table.Count).Contiguous().ToArray<float>();

    private static Optimizer Made(string name, Module module) => name switch
    {
        "SGD" => new SGD(module.Parameters(), 0.1),
        "Adam" => new Adam(module.Parameters(), 0.05),
        "AMSGrad" => new Adam(module.Parameters(), 0.05, amsgrad: true),
        "AdaGrad" => new AdaGrad(module.Parameters(), new AdaGradOptions { LearningRate = 0.1, InitialAccumulator = 0.3 }),
        "SparseAdam" => new SparseAdam(module.Parameters(), 0.05),
        "RMSprop" => new RMSprop(module.Parameters(), 0.01),
        _ => new Rprop(module.Parameters(), 0.01),
    };
}
