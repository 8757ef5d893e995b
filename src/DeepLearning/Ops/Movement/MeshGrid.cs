namespace DeepLearning;

/// <summary>In which order the axes of <see cref="Tensor.MeshGrid"/> come.</summary>
public enum MeshIndexing
{
    /// <summary>Axis k belongs to the k-th vector, as matrix rows and columns.</summary>
    IJ,

    /// <summary>The first two axes are exchanged, as the coordinates x and y of a picture.</summary>
    XY,
}

public partial class Tensor
{
    /// <summary>The coordinates of a grid: for each vector a view with its numbers along its own axis, repeated along the others.</summary>
    /// <param name="vectors">The numbers of each axis; a zero-dimensional tensor counts as one number.</param>
    /// <param name="indexing">The order of the axes.</param>
    /// <returns>A tensor for each vector, all of the grid's shape.</returns>
    /// <exception cref="ShapeException">A tensor has more than one axis.</exception>
    public static Tensor[] MeshGrid(ReadOnlySpan<Tensor> vectors, MeshIndexing indexing = MeshIndexing.IJ)
    {
        int rank = vectors.Length;
        int[] shape = new int[rank], axes = new int[rank];
        for (int k = 0; k < rank; k++)
        {
            if (NumberOperands.NotNull(vectors[k]).Rank > 1)
            {
                throw new ShapeException($"MeshGrid: tensor {k} has the shape {vectors[k].Shape}; only vectors span a grid.");
            }

            axes[k] = indexing == MeshIndexing.XY && rank > 1 && k < 2 ? 1 - k : k;
            shape[axes[k]] = (int)vectors[k].Count;
        }

        Tensor[] grid = new Tensor[rank];
        for (int k = 0; k < rank; k++)
        {
            int[] own = new int[rank];
            own.AsSpan().Fill(1);
            own[axes[k]] = (int)vectors[k].Count;
            grid[k] = vectors[k].Reshape(own).Expand(shape);
        }

        return grid;
    }
}
