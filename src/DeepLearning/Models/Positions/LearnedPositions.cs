using DeepLearning.Initializers;
using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Adds a learned vector of each position (Gehring et al. 2017, "Convolutional sequence to sequence learning"). The table starts normal
/// with deviation 0.02, as GPT's and BERT's. [.., length, width] in and out; a position past the table is an error. The key of the state
/// dictionary is <c>weight</c>.
/// </summary>
public sealed class LearnedPositions : Layer
{
    /// <summary>Makes the layer.</summary>
    /// <param name="maxLength">The number of positions.</param>
    /// <param name="width">The width of the input.</param>
    /// <param name="std">The deviation of the starting values.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is not positive.</exception>
    public LearnedPositions(int maxLength, int width, double std = 0.02, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        Weight = new Parameter(Initialize.Normal(Tensor.Empty([maxLength, width], dtype), 0, std, generator));
    }

    /// <summary>The table, [positions, width].</summary>
    public Parameter Weight { get; set; }

    /// <summary>The number of positions.</summary>
    public int MaxLength => Weight.Size(0);

    /// <inheritdoc/>
    protected internal override string Details => $"{MaxLength}×{Weight.Size(1)}";

    /// <summary>Adds the vectors, of which the first of the input is not that of position 0.</summary>
    /// <param name="input">[.., length, width].</param>
    /// <param name="offset">The position of the first.</param>
    /// <returns>The sum, of the input's shape.</returns>
    /// <exception cref="ShapeException">The input has another width.</exception>
    /// <exception cref="IndexException">A position is not in the table.</exception>
    public Tensor Forward(Tensor input, int offset) => Run(input, x => Added(x, offset));

    /// <inheritdoc/>
    /// <exception cref="IndexException">A position is not in the table.</exception>
    protected override Tensor Compute(Tensor input) => Added(input, 0);

    private Tensor Added(Tensor input, int offset)
    {
        BlockChecks.Width(this, input, "input", Weight.Size(1), 2);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        int length = input.Size(-2);
        if ((long)offset + length > MaxLength)
        {
            throw new IndexException(
                $"{Kind}: input {input.Shape} has positions {offset} to {offset + length - 1}, and the table those from 0 to "
                + $"{MaxLength - 1}; give at most {Math.Max(MaxLength - offset, 0)} positions, or make a longer table.");
        }

        return input + Weight.Narrow(0, offset, length);
    }
}
