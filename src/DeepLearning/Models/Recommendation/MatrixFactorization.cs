using DeepLearning.Layers;

namespace DeepLearning.Models;

/// <summary>
/// Matrix factorization with biases (Koren, Bell and Volinsky 2009, "Matrix factorization techniques for recommender systems"): the rating
/// of an item by a user is μ + bᵤ + bᵢ + pᵤ · qᵢ. Numbers of users and of items, int64 or int32 [batch], in; ratings [batch] out.
/// </summary>
/// <remarks>
/// Keys of the state dictionary: <c>users</c>, <c>items</c>, <c>user_bias</c>, <c>item_bias</c>, <c>mean</c>. Vectors start normal of
/// deviation 0.1, biases at 0.
/// </remarks>
public sealed class MatrixFactorization : Module<Tensor, Tensor, Tensor>
{
    /// <summary>Makes the model.</summary>
    /// <param name="users">The number of users.</param>
    /// <param name="items">The number of items.</param>
    /// <param name="factors">The length of the vectors.</param>
    /// <param name="mean">Where μ starts: the mean of the ratings.</param>
    /// <param name="dtype">The type of the parameters.</param>
    /// <param name="generator">The source of the starting values; <see cref="Generator.Default"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public MatrixFactorization(
        int users, int items, int factors, double mean = 0, DType dtype = DType.Float32, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(users);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(items);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factors);
        Users = WeightInit.Embedding(users, factors, 0.1, dtype, generator);
        Items = WeightInit.Embedding(items, factors, 0.1, dtype, generator);
        UserBias = WeightInit.Embedding(users, 1, 0, dtype, generator);
        ItemBias = WeightInit.Embedding(items, 1, 0, dtype, generator);
        Mean = new Parameter(Tensor.FromScalar(mean, dtype));
    }

    /// <summary>The users' vectors.</summary>
    public Embedding Users { get; }

    /// <summary>The items' vectors.</summary>
    public Embedding Items { get; }

    /// <summary>The users' biases.</summary>
    public Embedding UserBias { get; }

    /// <summary>The items' biases.</summary>
    public Embedding ItemBias { get; }

    /// <summary>μ.</summary>
    public Parameter Mean { get; set; }

    /// <inheritdoc/>
    protected internal override bool ComputesParameters => true;

    /// <inheritdoc/>
    protected internal override string Details => $"{Users.Weight.Size(0)}×{Items.Weight.Size(0)}, {Users.Weight.Size(1)} factors";

    /// <inheritdoc/>
    /// <exception cref="ShapeException">There are not as many users as items.</exception>
    /// <exception cref="IndexException">There is no such user or item.</exception>
    public override Tensor Forward(Tensor first, Tensor second) => NamedCall.Of(this, (first, second), static (self, given) =>
    {
        (Tensor users, Tensor items) = given;
        BlockChecks.Shape(self, users, nameof(users), ("batch", -1));
        BlockChecks.Shape(self, items, nameof(items), ("batch", users.Size(0)));
        GraphChecks.Numbers(self.Kind, users, nameof(users), nameof(users), self.Users.Weight.Size(0));
        GraphChecks.Numbers(self.Kind, items, nameof(items), nameof(items), self.Items.Weight.Size(0));
        Tensor products = (self.Users.Forward(users) * self.Items.Forward(items)).Sum(-1);
        return products + self.UserBias.Forward(users).Squeeze(-1) + self.ItemBias.Forward(items).Squeeze(-1) + self.Mean;
    });
}
