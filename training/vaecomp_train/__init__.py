"""Training of vaecomp's networks: a variational autoencoder whose KL term is the file size.

Read in this order: model (the networks), elbo (what they minimise), train (how), cli (from where).
"""
