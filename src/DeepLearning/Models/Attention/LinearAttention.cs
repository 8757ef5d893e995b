using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Attention whose cost grows with the length, not with its square (Katharopoulos et al. 2020, "Transformers are RNNs"): with
/// φ(x) = elu(x) + 1, output = φ(q) (Σ φ(k)ᵀ v) / (φ(q) Σ φ(k)ᵀ) over the keys that take part, projected. Where it is causal the sums
/// run up to the query; they are then taken from one stretch of positions to the next, within which the products are computed as such.
/// </summary>
/// <remarks>
/// [batch, length, width] or [length, width] in and out. Keys of the state dictionary: <c>q_proj</c>, <c>k_proj</c>, <c>v_proj</c>,
/// <c>o_proj</c>. Starts as <see cref="Linear"/>.
/// </remarks>
public sealed class LinearAttention : Module<Tensor, Tensor>
{
    /// <summary>The positions of a stretch.</summary>
    private const int Stretch = 64;

    /// <summary>Added to the divisor.</summary>
    private const double Eps = 1e-6;

    /// <summary>Makes the attention.</summary>
    /// <param name="embedDim">The width of the input and the output.</param>
    /// <param name="numHeads">The number of heads; it divides the width.</param>
    /// <param name="isCausal">Whether a position sees itself and the earlier ones only.</param>
    /// <param name="bias">Whether the projections have biases.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentException">The heads do not divide the width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public LinearAttention(
        int embedDim, int numHeads, bool isCausal = false, bool bias = true, DType dtype = DType.Float32, Generator? generator = null)
    {
        BlockChecks.Heads(nameof(LinearAttention), embedDim, numHeads, nameof(numHeads));
        (EmbedDim, NumHeads, IsCausal) = (embedDim, numHeads, isCausal);
        QProj = new Linear(embedDim, embedDim, bias, dtype, generator);
        KProj = new Linear(embedDim, embedDim, bias, dtype, generator);
        VProj = new Linear(embedDim, embedDim, bias, dtype, generator);
        OProj = new Linear(embedDim, embedDim, bias, dtype, generator);
    }

    /// <summary>The width of the input and the output.</summary>
    public int EmbedDim { get; }

    /// <summary>The number of heads.</summary>
    public int NumHeads { get; }

    /// <summary>Whether a position sees itself and the earlier ones only.</summary>
    public bool IsCausal { get; }

    /// <summary>The projection of the queries.</summary>
    public Linear QProj { get; }

    /// <summary>The projection of the keys.</summary>
    public Linear KProj { get; }

    /// <summary>The projection of the values.</summary>
    public Linear VProj { get; }

    /// <summary>The projection of the result.</summary>
    public Linear OProj { get; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{EmbedDim}, {NumHeads} heads{(IsCausal ? ", causal" : "")}";

    /// <inheritdoc/>
    public override Tensor Forward(Tensor input) => Forward(input, null);

    /// <summary>Attends.</summary>
    /// <param name="input">[batch, length, width] or [length, width].</param>
    /// <param name="mask">True where a position takes part as a key, [batch, length] (or [1, length]).</param>
    /// <returns>The output, of the input's shape.</returns>
    /// <exception cref="ShapeException">The shapes do not fit; the message says what would.</exception>
    /// <exception cref="DTypeException">The mask is not of truth values, or the input is not of the parameters' type.</exception>
    public Tensor Forward(Tensor input, Tensor? mask) =>
        NamedCall.Of(this, (input, mask), static (self, x) => self.Attend(x.input, x.mask));

    private static Tensor Feature(Tensor x) => x.Elu() + 1;

    private static Tensor Everywhere(Tensor q, Tensor k, Tensor v) =>
        q.MatMul(k.Transpose(-1, -2).MatMul(v)) / (q.MatMul(k.Sum(-2, keepDim: true).Transpose(-1, -2)) + Eps);

    private static Tensor Causally(Tensor q, Tensor k, Tensor v)
    {
        int length = q.Size(2);
        List<Tensor> outputs = [];
        Tensor? products = null, sums = null;
        for (int start = 0; start < length; start += Stretch)
        {
            int count = Math.Min(Stretch, length - start);
            Tensor qs = q.Narrow(2, start, count), ks = k.Narrow(2, start, count), vs = v.Narrow(2, start, count);
            Tensor within = qs.MatMul(ks.Transpose(-1, -2)).Tril();
            Tensor above = within.MatMul(vs), below = within.Sum(-1, keepDim: true);
            if (products is not null)
            {
                above += qs.MatMul(products);
                below += qs.MatMul(sums!.Transpose(-1, -2));
            }

            outputs.Add(above / (below + Eps));
            if (start + count < length)
            {
                Tensor added = ks.Transpose(-1, -2).MatMul(vs), addedSums = ks.Sum(-2, keepDim: true);
                (products, sums) = products is null ? (added, addedSums) : (products + added, sums! + addedSums);
            }
        }

        return Tensor.Cat([.. outputs], 2);
    }

    private Tensor Attend(Tensor input, Tensor? mask)
    {
        BlockChecks.Width(this, input, "input", EmbedDim, 2);
        if (input.Rank > 3 || input.Size(-2) == 0)
        {
            throw new ShapeException(
                $"{Kind}: input {input.Shape} does not fit; it must be [batch, length, {EmbedDim}] or [length, {EmbedDim}], not empty.");
        }

        Tensor x = input.Rank == 3 ? input : input.Unsqueeze(0);
        BlockChecks.Mask(this, mask, x.Size(0), x.Size(1));
        Tensor q = Feature(HeadAxes.Split(QProj.Forward(x), NumHeads)), k = Feature(HeadAxes.Split(KProj.Forward(x), NumHeads));
        Tensor v = HeadAxes.Split(VProj.Forward(x), NumHeads);
        if (mask is not null)
        {
            k = k.MaskedFill(mask.Unsqueeze(-2).Unsqueeze(-1).LogicalNot(), 0.0);
        }

        Tensor output = OProj.Forward(HeadAxes.Join(IsCausal ? Causally(q, k, v) : Everywhere(q, k, v)));
        return input.Rank == 3 ? output : output.Squeeze(0);
    }
}
