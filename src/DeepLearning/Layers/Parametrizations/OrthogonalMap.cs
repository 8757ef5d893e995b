namespace DeepLearning.Layers;

/// <summary>How an orthogonal matrix is made of any: see <see cref="Parametrizations.Orthogonal"/>.</summary>
public enum OrthogonalMap
{
    /// <summary>e^A of the antisymmetric A = X − Xᵀ, X the lower triangle.</summary>
    MatrixExp,

    /// <summary>(I − A/2)⁻¹ (I + A/2) of the antisymmetric A = X − Xᵀ, X the lower triangle.</summary>
    Cayley,

    /// <summary>A product of Householder reflections, whose vectors are the columns below the diagonal.</summary>
    Householder,
}
