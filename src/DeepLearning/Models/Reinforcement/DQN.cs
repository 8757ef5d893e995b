using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Deep Q-learning (Mnih et al. 2015, "Human-level control through deep reinforcement learning"): a network gives the value of each action,
/// and learns r + γ maxₐ Q⁻(s', a) of a copy of itself that lags behind; with double Q-learning (van Hasselt, Guez and Silver 2016) the
/// action is chosen by the network and valued by the copy.
/// </summary>
/// <remarks>States [batch, ..] in, values [batch, actions] out. The key of the state dictionary is <c>network</c>, and <c>target</c> of the
/// copy.</remarks>
public sealed class DQN : Module<Tensor, Tensor>
{
    /// <summary>Makes the agent's networks.</summary>
    /// <param name="network">Gives the values [batch, actions] of states.</param>
    /// <param name="gamma">The discount γ.</param>
    /// <param name="doubleQ">Whether the network chooses the action that the copy values.</param>
    /// <exception cref="ArgumentOutOfRangeException">The discount is not from 0 to 1.</exception>
    public DQN(Module<Tensor, Tensor> network, double gamma = 0.99, bool doubleQ = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        OptionChecks.Probability(gamma, nameof(DQN));
        (Network, Gamma, DoubleQ) = (network, gamma, doubleQ);
        Target = network.DeepCopy().Freeze("*");
    }

    /// <summary>The network that learns.</summary>
    public Module<Tensor, Tensor> Network { get; }

    /// <summary>The copy that lags behind; it is not trained.</summary>
    public Module<Tensor, Tensor> Target { get; }

    /// <summary>The discount γ.</summary>
    public double Gamma { get; }

    /// <summary>Whether the network chooses the action that the copy values.</summary>
    public bool DoubleQ { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"gamma {Gamma}{(DoubleQ ? ", double" : "")}");

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return NamedCall.Of(this, input, static (self, x) => self.Network.Forward(x));
    }

    /// <summary>The best action by the network, or with a probability ε any (ε-greedy).</summary>
    /// <param name="state">One state, without an axis of samples.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="generator">The source of randomness; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">ε is not from 0 to 1.</exception>
    public int Act(Tensor state, double epsilon = 0, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        OptionChecks.Probability(epsilon, nameof(Act));
        using GradMode.Region none = GradMode.NoGrad();
        Tensor values = Values(Forward(state.Unsqueeze(0)));
        Generator source = generator ?? Generator.Default;
        return epsilon > 0 && source.NextDouble() < epsilon
            ? (int)(source.NextUInt64() % (ulong)values.Size(1))
            : (int)values.ArgMax(1).Item<long>();
    }

    /// <summary>Huber's loss of the values of the actions done against r + γ · the value of the next state; 0 after the end.</summary>
    /// <param name="batch">Transitions.</param>
    /// <exception cref="IndexException">An action is none of the network's.</exception>
    public Tensor Loss(Transitions batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Tensor values = Values(Forward(batch.State)), targets;
        GraphChecks.Numbers(Kind, batch.Action, nameof(batch), "actions", values.Size(1));
        using (GradMode.NoGrad())
        {
            Tensor next = Values(Target.Forward(batch.Next));
            Tensor best = DoubleQ
                ? next.Gather(1, Values(Network.Forward(batch.Next)).ArgMax(1, keepDim: true)).Squeeze(1)
                : next.Amax(1);
            targets = batch.Reward + (best.MaskedFill(batch.IsDone, 0) * Gamma);
        }

        return Losses.Loss.Huber(values.Gather(1, batch.Action.Unsqueeze(1)).Squeeze(1), targets);
    }

    /// <summary>Moves the copy towards the network: θ⁻ ← τ θ + (1 − τ) θ⁻; buffers are copied.</summary>
    /// <param name="tau">τ; 1 makes them equal.</param>
    /// <exception cref="ArgumentOutOfRangeException">τ is not from 0 to 1.</exception>
    public void UpdateTarget(double tau = 1)
    {
        OptionChecks.Probability(tau, nameof(UpdateTarget));
        using GradMode.Region none = GradMode.NoGrad();
        foreach ((Parameter lagging, Parameter now) in Target.Parameters().Zip(Network.Parameters()))
        {
            lagging.LerpInPlace(now, tau);
        }

        foreach ((Tensor lagging, Tensor now) in Target.Buffers().Zip(Network.Buffers()))
        {
            lagging.CopyFrom(now);
        }
    }

    private Tensor Values(Tensor values) => values.Rank == 2
        ? values
        : throw new ShapeException($"{Kind}: the network's output {values.Shape} does not fit; it must be [batch, actions].");
}
