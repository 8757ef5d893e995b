using DeepLearning.Layers;
using DeepLearning.Optimizers;

namespace DeepLearning.Tests.Optimizers;

/// <summary>Its paths are compared with PyTorch's in Golden.</summary>
public sealed class LBFGSTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rosenbrocks_valley_is_walked_down_to_its_end(bool turned)
    {
        Tensor p = Leaf(Tensor.From([1.3, 0.7, 0.8, 1.9], 2, 2), turned);
        LBFGS optimizer = new([p], strongWolfe: true, maxIter: 100);
        optimizer.Step(Valley(optimizer, p));
        Assert.All(p.ToArray<double>(), static x => Assert.Equal(1, x, 1e-5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_resumed_from_its_state_goes_on_bit_for_bit(bool strongWolfe)
    {
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor whole = Leaf(Tensor.From([-1.2, 1, 0.5, -0.7]).To(dtype)), part = Leaf(whole.Detach().Clone());
            LBFGS a = Make(whole, strongWolfe), b = Make(part, strongWolfe);
            Run(a, whole, 5);
            Run(b, part, 2);
            LBFGS c = new([part], 0.7);
            c.LoadStateDict(b.StateDict().ToDictionary(static s => s.Key, static s => s.Value.Clone()));
            Run(c, part, 3);
            Assert.Equal(whole.ToArray<double>(), part.ToArray<double>());
            Assert.Equal(a.StateDict().Keys, c.StateDict().Keys);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Its_state_counts_how_often_the_loss_was_asked_for(bool strongWolfe)
    {
        Tensor p = Leaf(Tensor.From([-1.2, 1]));
        LBFGS optimizer = Make(p, strongWolfe);
        Func<Tensor> valley = Valley(optimizer, p);
        long calls = 0;
        for (int step = 0; step < 3; step++)
        {
            optimizer.Step(() =>
            {
                calls++;
                return valley();
            });
            Assert.Equal(calls, optimizer.StateDict()["state.0.func_evals"].Item<long>());
        }

        Assert.True(calls > 3);
    }

    [Fact]
    public void A_state_before_the_first_step_makes_it_begin_anew()
    {
        Tensor used = Leaf(Tensor.From([-1.2, 1])), fresh = Leaf(Tensor.From([-1.2, 1]));
        LBFGS a = Make(used, true), b = Make(fresh, true);
        OrderedDictionary<string, Tensor> young = a.StateDict();
        Run(a, used, 3);
        a.LoadStateDict(young);
        used.Detach().CopyFrom(fresh.Detach());
        Run(a, used, 2);
        Run(b, fresh, 2);
        Assert.Equal(fresh.ToArray<double>(), used.ToArray<double>());
    }

    [Theory]
    [InlineData("state.0.d", "t is [] without the rest")]
    [InlineData("state.0.ro", "old_dirs is")]
    [InlineData("state.0.n_iter", "n_iter is missing")]
    public void A_state_that_lacks_a_part_or_fits_other_parameters_changes_nothing(string key, string message)
    {
        Tensor p = Leaf(Tensor.From([-1.2, 1])), q = Leaf(Tensor.From([-1.2, 1, 2]));
        LBFGS optimizer = Make(p, true), other = Make(q, true);
        Run(optimizer, p, 2);
        OrderedDictionary<string, Tensor> state = optimizer.StateDict();
        Assert.Contains("d is [2], not [3]", Assert.Throws<StateDictException>(() => other.LoadStateDict(state)).Message,
            StringComparison.Ordinal);
        Assert.True(state.Remove(key));
        Assert.Contains(message, Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(state)).Message, StringComparison.Ordinal);
        state["state.0.surprise"] = Tensor.Ones(1);
        Assert.Contains("surprise is not expected", Assert.Throws<StateDictException>(() => optimizer.LoadStateDict(state)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_it_cannot_do_is_refused()
    {
        Tensor p = Leaf(Tensor.From([1.0]));
        Assert.Contains("Step(closure)", Assert.Throws<InvalidOperationException>(new LBFGS([p]).Step).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LBFGS([p], new LBFGSOptions { WeightDecay = 0.1 }));
        Assert.Throws<ArgumentException>(() => new LBFGS([p], new LBFGSOptions { Maximize = true }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LBFGS([p], historySize: 0));
        Assert.Throws<ArgumentException>(
            () => new LBFGS([p]).AddParameterGroup(new([Leaf(Tensor.From([1.0]))], new LBFGSOptions())));
        Assert.Throws<ArgumentNullException>(() => new LBFGS([p]).Step(null!));
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays_and_a_flat_place_ends_the_step_at_once()
    {
        Tensor p = Leaf(Tensor.From([2.0])), idle = Leaf(Tensor.From([3.0]));
        LBFGS optimizer = new([idle, p], strongWolfe: true);
        int calls = 0;
        for (int step = 0; step < 3; step++)
        {
            optimizer.Step(() =>
            {
                calls++;
                optimizer.ZeroGrad();
                Tensor loss = (p - 5).Square().Sum();
                loss.Backward();
                return loss;
            });
        }

        Assert.Equal((3, 5), (idle.Item<double>(), p.Item<double>()));
        int before = calls;
        optimizer.Step(() =>
        {
            calls++;
            optimizer.ZeroGrad();
            Tensor loss = (p - 5).Square().Sum();
            loss.Backward();
            return loss;
        });
        Assert.Equal(before + 1, calls);
    }

    [Fact]
    public void Sixteen_bit_parameters_are_moved_with_directions_in_float32()
    {
        Tensor p = Leaf(Tensor.From([-1.5, 2, 0.25]).To(DType.Float16));
        LBFGS optimizer = new([p], strongWolfe: true);
        optimizer.Step(() =>
        {
            optimizer.ZeroGrad();
            Tensor loss = (p.To(DType.Float32) - 1).Square().Sum();
            loss.Backward();
            return loss;
        });
        Assert.All(p.ToArray<double>(), static x => Assert.Equal(1, x, 2e-3));
        Assert.Equal(DType.Float32, optimizer.StateDict()["state.0.d"].DType);
    }

    private static LBFGS Make(Tensor p, bool strongWolfe) =>
        new([p], strongWolfe ? 1 : 1e-3, maxIter: 4, historySize: 3, strongWolfe: strongWolfe);

    private static void Run(LBFGS optimizer, Tensor p, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            optimizer.Step(Valley(optimizer, p));
        }
    }

    private static Func<Tensor> Valley(LBFGS optimizer, Tensor p) => () =>
    {
        optimizer.ZeroGrad();
        Tensor flat = p.Reshape(-1), x = flat[..^1], next = flat[1..];
        Tensor loss = (((next - x.Square()).Square() * 100) + (1 - x).Square()).Sum();
        loss.Backward();
        return loss;
    };

    private static Tensor Leaf(Tensor x, bool turned = false)
    {
        Tensor leaf = turned ? x.T.Contiguous().T.Detach() : x.Detach();
        leaf.RequiresGrad = true;
        return leaf;
    }
}
