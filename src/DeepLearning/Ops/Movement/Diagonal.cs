namespace DeepLearning;

public partial class Tensor
{
    /// <summary>A view of a diagonal of each matrix; the diagonal becomes the last axis.</summary>
    /// <param name="offset">0 for the main diagonal, positive above it, negative below.</param>
    /// <param name="first">The axis of the rows; negative counts from the end.</param>
    /// <param name="second">The axis of the columns; negative counts from the end.</param>
    /// <exception cref="ShapeException">An axis is out of range, or both are the same.</exception>
    public Tensor Diagonal(int offset = 0, int first = 0, int second = 1)
    {
        int a = this.AxisOf(first, "Diagonal"), b = this.AxisOf(second, "Diagonal");
        if (a == b)
        {
            throw new ShapeException($"Diagonal: axes {first} and {second} of a tensor {Shape} are the same; a matrix needs two.");
        }

        return this.ViewBy(new DiagonalRule(offset, a, b));
    }

    /// <summary>A diagonal of a matrix as a vector (a copy), or a matrix with a vector on a diagonal.</summary>
    /// <param name="offset">0 for the main diagonal, positive above it, negative below.</param>
    /// <exception cref="ShapeException">The tensor is neither a vector nor a matrix.</exception>
    public Tensor Diag(int offset = 0) => Rank switch
    {
        1 => DiagEmbed(offset),
        2 => Diagonal(offset).Clone(),
        _ => throw new ShapeException($"Diag: a vector or a matrix is needed, not a tensor {Shape}; see Diagonal and DiagEmbed."),
    };

    /// <summary>Matrices with the last axis on a diagonal and zeros elsewhere.</summary>
    /// <param name="offset">0 for the main diagonal, positive above it, negative below.</param>
    /// <param name="first">Where the axis of the rows stands in the result; negative counts from the end.</param>
    /// <param name="second">Where the axis of the columns stands in the result.</param>
    /// <exception cref="ShapeException">An axis is out of range, or both are the same.</exception>
    public Tensor DiagEmbed(int offset = 0, int first = -2, int second = -1)
    {
        this.AxisOf(-1, "DiagEmbed");
        int a = Shape.Axis(first, Rank + 1, "DiagEmbed"), b = Shape.Axis(second, Rank + 1, "DiagEmbed");
        if (a == b)
        {
            throw new ShapeException($"DiagEmbed: axes {first} and {second} are the same; a matrix needs two.");
        }

        int side = Shape.AxisLength((long)Size(-1) + Math.Abs((long)offset), "DiagEmbed");
        int[] lengths = new int[Rank + 1];
        int next = 0;
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = axis == a || axis == b ? side : Size(next++);
        }

        return Views.Embed(new DiagonalRule(offset, a, b), lengths, this);
    }
}

/// <summary>Picks the elements [i, i + offset] of the matrices of two axes; i becomes the last axis.</summary>
internal readonly struct DiagonalRule(int offset, int first, int second) : IViewRule
{
    public static string Name => "Diagonal";

    public void Describe(OperationAttributes attributes) => attributes.Add("offset", offset).Add("first", first).Add("second", second);

    public Layout Apply(Layout source)
    {
        long rows = source.Lengths[first] + Math.Min(offset, 0L), columns = source.Lengths[second] - Math.Max(offset, 0L);
        int count = (int)Math.Max(Math.Min(rows, columns), 0);
        List<int> lengths = [];
        List<long> strides = [];
        for (int axis = 0; axis < source.Rank; axis++)
        {
            if (axis != first && axis != second)
            {
                lengths.Add(source.Lengths[axis]);
                strides.Add(source.Strides[axis]);
            }
        }

        lengths.Add(count);
        strides.Add(source.Strides[first] + source.Strides[second]);
        long start = count == 0 ? 0 : offset >= 0 ? offset * source.Strides[second] : -offset * source.Strides[first];
        return new Layout([.. lengths], [.. strides], source.Offset + start);
    }
}
