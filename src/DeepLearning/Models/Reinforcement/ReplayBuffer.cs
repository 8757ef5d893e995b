namespace DeepLearning.Models;

/// <summary>Transitions of an agent, samples along the first axis.</summary>
/// <param name="State">What was seen, [batch, ..].</param>
/// <param name="Action">What was done, int64 [batch].</param>
/// <param name="Reward">What it gave, float32 [batch].</param>
/// <param name="Next">What was seen then, [batch, ..].</param>
/// <param name="IsDone">Whether the episode ended there, bool [batch].</param>
public sealed record Transitions(Tensor State, Tensor Action, Tensor Reward, Tensor Next, Tensor IsDone);

/// <summary>
/// The memory of a DQN agent (Lin 1992; Mnih et al. 2015, "Human-level control through deep reinforcement learning"): the last transitions,
/// of which batches are drawn at random, each transition as likely, with replacement.
/// </summary>
public sealed class ReplayBuffer
{
    private readonly Tensor _states, _actions, _rewards, _nexts, _ends;
    private readonly int[] _shape;
    private int _at;

    /// <summary>Makes an empty buffer.</summary>
    /// <param name="capacity">The number of transitions that are kept.</param>
    /// <param name="stateShape">The shape of what is seen.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is not positive.</exception>
    public ReplayBuffer(int capacity, params ReadOnlySpan<int> stateShape)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (Capacity, _shape) = (capacity, stateShape.ToArray());
        int[] all = [capacity, .. _shape];
        (_states, _nexts) = (Tensor.Zeros(all), Tensor.Zeros(all));
        _actions = Tensor.Zeros([capacity], DType.Int64);
        _rewards = Tensor.Zeros(capacity);
        _ends = Tensor.Zeros([capacity], DType.Bool);
    }

    /// <summary>The number of transitions that are kept.</summary>
    public int Capacity { get; }

    /// <summary>The number of transitions that there are.</summary>
    public int Count { get; private set; }

    /// <summary>How full it is.</summary>
    public override string ToString() => $"ReplayBuffer({Count} of {Capacity} transitions)";

    /// <summary>Adds a transition; the oldest makes room.</summary>
    /// <param name="state">What was seen, of the state's shape.</param>
    /// <param name="action">What was done.</param>
    /// <param name="reward">What it gave.</param>
    /// <param name="next">What was seen then.</param>
    /// <param name="isDone">Whether the episode ended there.</param>
    /// <exception cref="ShapeException">A state is of another shape.</exception>
    public void Add(Tensor state, int action, double reward, Tensor next, bool isDone)
    {
        Check(state, nameof(state));
        Check(next, nameof(next));
        using GradMode.Region none = GradMode.NoGrad();
        _states[_at].CopyFrom(state);
        _nexts[_at].CopyFrom(next);
        _actions[_at].FillInPlace((long)action);
        _rewards[_at].FillInPlace(reward);
        _ends[_at].FillInPlace(isDone);
        _at = (_at + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }

    /// <summary>Draws transitions.</summary>
    /// <param name="batch">Their number.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="InvalidOperationException">The buffer is empty.</exception>
    public Transitions Sample(int batch, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if (Count == 0)
        {
            throw new InvalidOperationException($"{nameof(ReplayBuffer)}: there are no transitions to draw; add some first.");
        }

        Tensor rows = Tensor.RandInt(0, Count, [batch], DType.Int64, generator);
        return new Transitions(
            _states.IndexSelect(0, rows), _actions.IndexSelect(0, rows), _rewards.IndexSelect(0, rows), _nexts.IndexSelect(0, rows),
            _ends.IndexSelect(0, rows));
    }

    private void Check(Tensor state, string argument)
    {
        ArgumentNullException.ThrowIfNull(state, argument);
        if (!state.Shape.ToArray().AsSpan().SequenceEqual(_shape))
        {
            throw new ShapeException($"{nameof(ReplayBuffer)}: {argument} {state.Shape} does not fit; it must be {Shape.Format(_shape)}.");
        }
    }
}
