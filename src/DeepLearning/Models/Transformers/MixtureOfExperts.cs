using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// A feed-forward part of many experts, of which each token asks the few that a router finds best. With one expert a token (Fedus, Zoph and
/// Shazeer 2022, "Switch transformers"): output = pₑ · expertₑ(x), p = softmax(router(x)), e the greatest. With k of them (Shazeer et al.
/// 2017; Lepikhin et al. 2021, "GShard") their sum, the p of the k made to add up to 1. An expert is wo · relu(wi · x). [.., width] →
/// output [.., width], the balancing loss, a number, and how many tokens each expert computed, [experts].
/// </summary>
/// <remarks>
/// An expert computes at most ⌈capacityFactor · k · tokens / experts⌉ tokens, first choices before second ones and earlier tokens before
/// later ones; what is over gives 0, so that a residual connection passes the token on. The loss is experts · Σₑ fₑ · Pₑ, with the share fₑ
/// of tokens whose first choice is e, and the mean Pₑ of their probabilities: 1 where all are alike; add a hundredth of it to the model's.
/// Keys of the state dictionary: <c>router.classifier.weight</c>, <c>experts.expert_0.wi.weight</c>, <c>experts.expert_0.wo.weight</c>, as
/// those of the Switch transformer in Hugging Face's transformers.
/// </remarks>
public sealed class MixtureOfExperts : Module<Tensor, (Tensor Output, Tensor BalanceLoss, Tensor Load)>
{
    private readonly Generator? _generator;
    private readonly ExpertRouter _router;
    private readonly ModuleDict<Expert> _experts = new();

    /// <summary>Makes the layer.</summary>
    /// <param name="width">The width of the input and the output.</param>
    /// <param name="hidden">The width inside an expert.</param>
    /// <param name="numExperts">The number of experts.</param>
    /// <param name="topK">How many experts a token asks.</param>
    /// <param name="capacityFactor">How many tokens an expert may compute, as a multiple of an even share; any number when null.</param>
    /// <param name="jitter">
    /// In training the router sees its input times numbers from 1 − jitter to 1 + jitter, so that tokens try other experts.
    /// </param>
    /// <param name="bias">Whether the experts' maps have biases.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of starting values and of jitter; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not positive, there are fewer experts than a token asks, or the jitter is not from 0 to below 1.
    /// </exception>
    public MixtureOfExperts(
        int width, int hidden, int numExperts, int topK = 1, double? capacityFactor = 1.25, double jitter = 0, bool bias = false,
        DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(hidden);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(numExperts);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(topK);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topK, numExperts);
        if (capacityFactor is { } factor && !(factor > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacityFactor), factor, "MixtureOfExperts: the capacity factor is positive, such as 1.25, or null.");
        }

        if (!(jitter >= 0 && jitter < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(jitter), jitter, "MixtureOfExperts: the jitter is from 0 to below 1, such as 0.01.");
        }

        (Width, NumExperts, TopK, CapacityFactor, Jitter, _generator) = (width, numExperts, topK, capacityFactor, jitter, generator);
        _router = new ExpertRouter(width, numExperts, dtype, generator);
        for (int expert = 0; expert < numExperts; expert++)
        {
            _experts.Add($"expert_{expert}", new Expert(width, hidden, bias, dtype, generator));
        }
    }

    /// <summary>The width of the input and the output.</summary>
    public int Width { get; }

    /// <summary>The number of experts.</summary>
    public int NumExperts { get; }

    /// <summary>How many experts a token asks.</summary>
    public int TopK { get; }

    /// <summary>How many tokens an expert may compute, as a multiple of an even share; any number when null.</summary>
    public double? CapacityFactor { get; }

    /// <summary>How far from 1 what the router's input is multiplied by in training.</summary>
    public double Jitter { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => FormattableString.Invariant($"{Width}, {NumExperts} experts, top {TopK}")
        + (CapacityFactor is { } factor ? FormattableString.Invariant($", capacity {factor}") : "");

    /// <inheritdoc/>
    /// <exception cref="ShapeException">The input has another width, or no tokens.</exception>
    public override (Tensor Output, Tensor BalanceLoss, Tensor Load) Forward(Tensor input) =>
        NamedCall.Of(this, input, static (self, x) => self.Compute(x));

    private (Tensor Output, Tensor BalanceLoss, Tensor Load) Compute(Tensor input)
    {
        BlockChecks.Width(this, input, "input", Width);
        Tensor tokens = input.Reshape(-1, Width);
        int count = tokens.Size(0);
        if (count == 0)
        {
            throw new ShapeException($"{Kind}: input {input.Shape} has no tokens.");
        }

        Tensor seen = Training && Jitter > 0
            ? tokens * Tensor.Uniform(1 - Jitter, 1 + Jitter, tokens.Shape, tokens.DType, _generator, tokens.Device)
            : tokens;
        Tensor probabilities = _router.Forward(seen).Softmax(-1);
        Tensor choices = probabilities.Detach().TopK(TopK).Indices;
        Tensor gates = probabilities.Gather(-1, choices);
        gates = TopK == 1 ? gates : gates / gates.Sum(-1, keepDim: true);
        long[] chosen = choices.ToArray<long>();
        List<long>[] places = Dispatch(chosen, count);
        Tensor output = Tensor.ZerosLike(tokens);
        Tensor flatGates = gates.Flatten();
        int at = 0;
        foreach (Expert expert in _experts.Values)
        {
            long[] own = [.. places[at++]];
            if (own.Length > 0)
            {
                // A place counts the choices, k a token.
                Tensor rows = Tensor.From(own.Select(place => place / TopK).ToArray()).To(tokens.Device);
                Tensor gate = flatGates.IndexSelect(0, Tensor.From(own).To(tokens.Device)).Unsqueeze(-1);
                output = output.IndexAdd(0, rows, expert.Forward(tokens.IndexSelect(0, rows)) * gate);
            }
        }

        return (output.Reshape(input.Shape), Balance(probabilities, chosen, count),
            Tensor.From(places.Select(static p => (long)p.Count).ToArray()).To(tokens.Device));
    }

    /// <summary>For each expert the choices that it computes.</summary>
    private List<long>[] Dispatch(long[] chosen, int count)
    {
        double most = CapacityFactor is { } factor ? Math.Ceiling(factor * TopK * count / NumExperts) : int.MaxValue;
        int room = (int)Math.Min(most, int.MaxValue);
        List<long>[] places = [.. Enumerable.Range(0, NumExperts).Select(static _ => new List<long>())];
        for (int choice = 0; choice < TopK; choice++)
        {
            for (int place = choice; place < chosen.Length; place += TopK)
            {
                List<long> own = places[chosen[place]];
                if (own.Count < room)
                {
                    own.Add(place);
                }
            }
        }

        return places;
    }

    private Tensor Balance(Tensor probabilities, long[] chosen, int count)
    {
        double[] share = new double[NumExperts];
        for (int place = 0; place < chosen.Length; place += TopK)
        {
            share[chosen[place]] += 1.0 / count;
        }

        Tensor shares = Tensor.From(share).To(probabilities.DType).To(probabilities.Device);
        return (probabilities.Mean(0) * shares).Sum() * NumExperts;
    }
}

/// <summary>The logits of the experts.</summary>
internal sealed class ExpertRouter(int width, int experts, DType dtype, Generator? generator) : Layer
{
    private readonly Linear _classifier = new(width, experts, bias: false, dtype, generator);

    protected override Tensor Compute(Tensor input) => _classifier.Forward(input);
}

/// <summary>wo · relu(wi · x).</summary>
internal sealed class Expert(int width, int hidden, bool bias, DType dtype, Generator? generator) : Layer
{
    private readonly Linear _wi = new(width, hidden, bias, dtype, generator);
    private readonly Linear _wo = new(hidden, width, bias, dtype, generator);

    protected override Tensor Compute(Tensor input) => _wo.Forward(_wi.Forward(input).Relu());
}
